"""Stored indicators against a rebuild from raw bars, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.delta import SYMBOLS_AT_ONCE, compute_rows
from technic_pipeline.engines.history import IndicatorRows
from technic_pipeline.errors import UnknownTicker
from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.schema import pending_changes, symbol_tickers, symbols
from technic_pipeline.store.values import array_text, column, read_history

EXAMPLES = 10


@dataclass
class Verification:
    """How many rows were compared, and what was found."""

    symbols: int = 0
    rows: int = 0
    different: int = 0
    missing: int = 0
    surplus: int = 0
    pending: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Rows that are not what a rebuild gives."""
        return self.different + self.missing + self.surplus


@dataclass(frozen=True)
class ChosenSymbols:
    """Whom to verify, sorted; `pending` counts those whose changes are not followed yet."""

    symbol_id: NDArray[np.int32]
    pending: int


def choose_symbols(engine: sa.Engine, tickers: Sequence[str], sample: int | None) -> ChosenSymbols:
    """The symbols that bore some tickers; without tickers a sample by chance, or all for None.

    Raises:
        UnknownTicker: nobody bore it.
    """
    with engine.connect() as connection:
        if tickers:
            found = {symbol for t in tickers for symbol in _bearers(connection, t)}
        else:
            found = set(connection.scalars(sa.select(symbols.c.symbol_id)))
        waiting = set(connection.scalars(sa.select(pending_changes.c.symbol_id).distinct()))
    settled = sorted(found - waiting)
    if sample is not None and not tickers and sample < len(settled):
        settled = sorted(random.sample(settled, sample))
    return ChosenSymbols(np.array(settled, dtype=np.int32), len(found & waiting))


def verify_symbols(url: str, chosen: ChosenSymbols, calendar: Calendar) -> Verification:
    """Recompute every row of the symbols, some symbols at a time, and compare."""
    found = Verification(symbols=len(chosen.symbol_id), pending=chosen.pending)
    for start in range(0, len(chosen.symbol_id), SYMBOLS_AT_ONCE):
        some = chosen.symbol_id[start : start + SYMBOLS_AT_ONCE]
        history = read_history(url, some, calendar)
        always = np.full(len(some), np.datetime64("0001-01-01", "D"))
        _compare(compute_rows(history, always), _read_rows(url, some), found)
    return found


def _bearers(connection: sa.Connection, ticker: str) -> list[int]:
    bearers = connection.scalars(
        sa.select(symbol_tickers.c.symbol_id).where(symbol_tickers.c.ticker == ticker)
    ).all()
    if not bearers:
        raise UnknownTicker(ticker, [])
    return list(bearers)


def _read_rows(url: str, symbol_id: NDArray[np.int32]) -> IndicatorRows:
    table = read_arrow(url, "read_indicators", [array_text(symbol_id)])
    return IndicatorRows(
        symbol_id=column(table, "symbol_id"),
        session=column(table, "session").astype("datetime64[D]"),
        bars=column(table, "bars"),
        values=np.column_stack([column(table, name) for name in STORED_COLUMNS]),
    )


def _compare(rebuilt: IndicatorRows, stored: IndicatorRows, found: Verification) -> None:
    keys, stored_keys = _keys(rebuilt), _keys(stored)
    _, ours, theirs = np.intersect1d(keys, stored_keys, assume_unique=True, return_indices=True)
    found.rows += len(rebuilt)
    found.missing += len(keys) - len(ours)
    found.surplus += len(stored_keys) - len(theirs)
    # As integers: NaN equals NaN, and 0.0 does not equal -0.0.
    same = rebuilt.values[ours].view(np.int64) == stored.values[theirs].view(np.int64)
    same &= (rebuilt.bars[ours] == stored.bars[theirs])[:, None]
    different = np.flatnonzero(~same.all(axis=1))
    found.different += len(different)
    for row in different[: EXAMPLES - len(found.examples)]:
        at, name = ours[row], STORED_COLUMNS[int(np.argmin(same[row]))]
        found.examples.append(f"symbol {rebuilt.symbol_id[at]}, {rebuilt.session[at]}, {name}")


def _keys(rows: IndicatorRows) -> NDArray[np.int64]:
    return (rows.symbol_id.astype(np.int64) << 32) + rows.session.astype(np.int64)
