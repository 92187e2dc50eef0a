"""What a scan is made from, read from the database."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.scan.inputs import SCAN_COLUMNS, PreviousRanks, ScanInputs
from technic_pipeline.scan.known_fundamentals import read_fundamentals
from technic_pipeline.scan.relative_strength import WEIGHTS, rs_ratings
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import array_text, column

# Symbols without a bar for longer than this are no part of a session's population.
POPULATION_SESSIONS = 20


def read_inputs(
    url: str,
    redis_url: str,
    session: date,
    calendar: Calendar,
    columns: Sequence[str] = SCAN_COLUMNS,
    computed: pa.Table | None = None,
) -> ScanInputs:
    """The session's population with its bars, descriptions, and some of `SCAN_COLUMNS`.

    `computed` stands in for the session's rows of `indicators`: symbol_id, bars, and at least
    `stored_columns`.
    """
    stored = stored_columns(columns)

    def read_indicators() -> pa.Table:
        if computed is not None:
            return computed
        return read_packed(url, "read_session_values", [session], stored)

    with ThreadPoolExecutor(1, "indicators") as aside:
        indicators = aside.submit(read_indicators)
        bars = read_packed(url, "read_session_bars", [session])
        population = _population(url, session, calendar, column(bars, "symbol_id"))
        symbol_id = column(population, "symbol_id")
        sector = population["sector"]
        known = read_fundamentals(url, redis_url, session, calendar, symbol_id, sector)
    age, values = _indicators(indicators.result(), symbol_id, stored)
    values["rs_rating"] = rs_ratings(population["type"], age, values)
    values["fundamental_score"] = known.score
    traded_at = np.searchsorted(symbol_id, column(bars, "symbol_id"))
    traded = np.zeros(len(symbol_id), dtype=np.bool_)
    traded[traded_at] = True
    return ScanInputs(
        session=session,
        symbol_id=symbol_id,
        ticker=_ticker_borne(population, bars, traded_at),
        **{name: _text(population, name) for name in ("name", "sector", "industry")},
        type=_text(population, "type").dictionary_encode(),
        traded=traded,
        close=_spread(column(bars, "close"), traded_at, len(symbol_id)),
        volume=_spread(column(bars, "volume"), traded_at, len(symbol_id)),
        bars=age,
        market_cap=known.market_cap,
        values={name: values[name] for name in columns},
    )


def stored_columns(columns: Sequence[str]) -> list[str]:
    """The indicators that must be read for some of `SCAN_COLUMNS`."""
    return [name for name in dict.fromkeys([*columns, *WEIGHTS]) if name in STORED_COLUMNS]


def read_previous_ranks(url: str, scan: str, session: date, calendar: Calendar) -> PreviousRanks:
    """The ranks of the newest version of the session before `session`."""
    table = read_packed(url, "read_newest_run", [scan, calendar.before(session, 1)])
    run = table["scan_run_id"][0].as_py() if len(table) else None
    return PreviousRanks(run, column(table, "symbol_id"), column(table, "rank"))


def _population(url: str, session: date, calendar: Calendar, traded: NDArray[np.int32]) -> pa.Table:
    """Descriptions of every symbol with a bar in the session or the ones before, by symbol_id."""
    since = calendar.before(session, POPULATION_SESSIONS - 1)
    symbols = read_packed(url, "read_descriptions", [since, session])
    symbol_id = column(symbols, "symbol_id")
    member = np.zeros(len(symbol_id), dtype=np.bool_)
    member[np.searchsorted(symbol_id, traded)] = True
    # Nearly all have a bar in the session itself; only the few others are looked up.
    absent = symbol_id[~member & symbols["may_have_traded"].to_numpy()]
    before = read_packed(url, "read_traded", [array_text(absent), since, session])
    member[np.searchsorted(symbol_id, column(before, "symbol_id"))] = True
    return symbols.filter(pa.array(member)).combine_chunks()


def _indicators(
    table: pa.Table, symbol_id: NDArray[np.int32], columns: Sequence[str]
) -> tuple[NDArray[np.int32], dict[str, NDArray[np.float64]]]:
    """The bars so far and some indicators of each symbol, in their order."""
    owner = column(table, "symbol_id")
    at = np.searchsorted(symbol_id, owner)
    # Rows of symbols that are no part of the population any more.
    mine = np.flatnonzero(np.isin(owner, symbol_id))
    age = np.zeros(len(symbol_id), dtype=np.int32)
    age[at[mine]] = column(table, "bars")[mine]
    return age, {
        name: _spread(column(table, name)[mine], at[mine], len(symbol_id)) for name in columns
    }


def _spread(values: NDArray[np.float64], at: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """The values at their places, NaN elsewhere."""
    spread = np.full(size, np.nan)
    spread[at] = values
    return spread


def _ticker_borne(population: pa.Table, bars: pa.Table, at: NDArray[np.int64]) -> pa.StringArray:
    """As the session's bar says, and without a bar the present one."""
    place = np.arange(len(population))
    place[at] = len(population) + np.arange(len(bars))
    both = pa.concat_arrays([_text(population, "ticker"), _text(bars, "ticker")])
    return both.take(pa.array(place))


def _text(table: pa.Table, name: str) -> pa.StringArray:
    return table[name].combine_chunks().cast(pa.string())  # type: ignore[return-value]
