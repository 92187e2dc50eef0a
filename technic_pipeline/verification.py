"""Stored indicators against a rebuild from raw bars, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.delta.parts import newest_session, slices_by_bars
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine, compute
from technic_pipeline.engines.history import BarHistory, IndicatorRows
from technic_pipeline.errors import UnknownTicker
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
from technic_pipeline.overlapping import behind
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.schema import pending_changes, symbol_tickers, symbols
from technic_pipeline.store.schema_engine import engine_builds
from technic_pipeline.store.values import array_text, column, read_history, symbol_day_keys

EXAMPLES = 10


@dataclass
class Verification:
    """How many rows were compared, and what was found.

    Rows of `other_builds` of the engine may differ in their last bits, and are only counted.
    """

    symbols: int = 0
    rows: int = 0
    other_builds: int = 0
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
    """Whom to verify, sorted, and the first session of each (NaT where it has no bar).

    `pending` counts those whose changes are not followed yet, and `engine_build_id` is that of the
    engine whose rows are compared, None where it made none.
    """

    symbol_id: NDArray[np.int32]
    first_session: NDArray[np.datetime64]
    pending: int
    engine_build_id: int | None
    computing: Engine


def choose_symbols(
    engine: sa.Engine,
    tickers: Sequence[str],
    sample: int | None,
    computing: Engine | None = None,
) -> ChosenSymbols:
    """The symbols that bore some tickers; without tickers a sample by chance, or all for None.

    Compared will be what the engine named is to have made, by default the processor.

    Raises:
        UnknownTicker: nobody bore it.
    """
    computing = computing or Cpu()
    with engine.connect() as connection:
        first = {s: day for s, day in connection.execute(_FIRST_SESSIONS)}  # noqa: C416 - rows are no pairs
        found = {symbol for t in tickers for symbol in _bearers(connection, t)} or set(first)
        waiting = set(connection.scalars(sa.select(pending_changes.c.symbol_id).distinct()))
        build = connection.scalar(_BUILD, {"fingerprint": computing.fingerprint})
    settled = sorted(found - waiting)
    if sample is not None and not tickers and sample < len(settled):
        settled = sorted(random.sample(settled, sample))
    return ChosenSymbols(
        symbol_id=np.array(settled, dtype=np.int32),
        first_session=np.array([first[symbol] for symbol in settled], dtype="datetime64[D]"),
        pending=len(found & waiting),
        engine_build_id=build,
        computing=computing,
    )


def verify_symbols(
    url: str, chosen: ChosenSymbols, calendar: Calendar, since: date | None = None
) -> Verification:
    """Recompute the symbols' rows, all or those from a session on, and compare.

    So many at a time as fit in memory.
    """
    found = Verification(symbols=len(chosen.symbol_id), pending=chosen.pending)
    first = since or calendar.first
    rebuild = partial(_rebuild, chosen.computing, first)
    for rebuilt, stored in behind(rebuild, _read(url, chosen, calendar, first)):
        _compare(rebuilt, stored, chosen.engine_build_id, found)
    return found


_FIRST_SESSIONS = sa.select(symbols.c.symbol_id, symbols.c.first_session)
_BUILD = sa.select(engine_builds.c.engine_build_id).where(
    engine_builds.c.fingerprint == sa.bindparam("fingerprint")
)


@dataclass(frozen=True)
class _Stored:
    """Rows as they are in the table, and the engine build that made each (0 for unknown)."""

    rows: IndicatorRows
    engine_build_id: NDArray[np.int32]


def _read(
    url: str, chosen: ChosenSymbols, calendar: Calendar, first: date
) -> Iterator[tuple[BarHistory, _Stored]]:
    newest = newest_session(url) or calendar.last
    at_once = chosen.computing.bars_at_once
    for part in slices_by_bars(chosen.first_session, newest, calendar, at_once):
        some = chosen.symbol_id[part]
        yield read_history(url, some, calendar), _read_rows(url, some, first)


def _bearers(connection: sa.Connection, ticker: str) -> list[int]:
    bearers = connection.scalars(
        sa.select(symbol_tickers.c.symbol_id).where(symbol_tickers.c.ticker == ticker)
    ).all()
    if not bearers:
        raise UnknownTicker(ticker, [])
    return list(bearers)


def _rebuild(
    computing: Engine, first: date, read: tuple[BarHistory, _Stored]
) -> tuple[IndicatorRows, _Stored]:
    history, stored = read
    wanted = history.first_bar_from(np.full(len(history.symbol_id), first, "datetime64[D]"))
    return compute(computing, history, wanted, REGISTRY, STORED_COLUMNS), stored


def _read_rows(url: str, symbol_id: NDArray[np.int32], first: date) -> _Stored:
    table = read_arrow(url, "read_indicators", [array_text(symbol_id), first])
    rows = IndicatorRows(
        symbol_id=column(table, "symbol_id"),
        session=column(table, "session").astype("datetime64[D]"),
        bars=column(table, "bars"),
        digest=table["bars_digest"].fill_null(0).to_numpy(),
        values=np.array([column(table, name) for name in STORED_COLUMNS]).T,
    )
    return _Stored(rows, table["engine_build_id"].fill_null(0).to_numpy())


def _compare(
    rebuilt: IndicatorRows, stored: _Stored, engine_build_id: int | None, found: Verification
) -> None:
    keys, stored_keys = (symbol_day_keys(r.symbol_id, r.session) for r in (rebuilt, stored.rows))
    _, ours, theirs = np.intersect1d(keys, stored_keys, assume_unique=True, return_indices=True)
    found.missing += len(keys) - len(ours)
    found.surplus += len(stored_keys) - len(theirs)
    same_build = stored.engine_build_id[theirs] == engine_build_id
    found.other_builds += int(np.count_nonzero(~same_build))
    ours, theirs = ours[same_build], theirs[same_build]
    found.rows += len(ours)
    # As integers: NaN equals NaN, and 0.0 does not equal -0.0.
    bits, stored_bits = (r.values.T.view(np.int64).T for r in (rebuilt, stored.rows))
    same = np.ones(len(ours), dtype=bool)
    for at, name in enumerate(STORED_COLUMNS):
        equal = bits[ours, at] == stored_bits[theirs, at]
        _example(rebuilt, ours[~equal & same], name, found)
        same &= equal
    for name in ("bars", "digest"):
        equal = getattr(rebuilt, name)[ours] == getattr(stored.rows, name)[theirs]
        _example(rebuilt, ours[~equal & same], name, found)
        same &= equal
    found.different += int(np.count_nonzero(~same))


def _example(rebuilt: IndicatorRows, at: NDArray, name: str, found: Verification) -> None:
    for row in at[: EXAMPLES - len(found.examples)].tolist():
        found.examples.append(f"symbol {rebuilt.symbol_id[row]}, {rebuilt.session[row]}, {name}")
