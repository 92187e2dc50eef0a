"""Symbols made up for tests: bars as the oracle reads them, and as an engine is given them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracle import RawBar, SplitEvent

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, IndicatorRows, SplitRecords
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS

# The exchange of these tests is open on every weekday.
_DAYS = (date(2015, 1, 2) + timedelta(days) for days in range(1000))
SESSIONS = [day for day in _DAYS if day.weekday() < 5]
MISSING = 0x7FF8000000000000
RATIOS = [(2, 3), (10, 1), (1, 2), (187, 1), (1, 208), (20, 21), (1.5, 1)]


@dataclass(frozen=True)
class Symbol:
    """One symbol's bars from its first, and its splits by execution date."""

    bars: list[RawBar]
    splits: list[SplitEvent]

    def with_splits(self, *splits: SplitEvent) -> Symbol:
        """The same bars with other splits."""
        return replace(self, splits=list(splits))


def walk(
    seed: int,
    count: int = 300,
    price: float = 50.0,
    daily: float = 0.02,
    first: int = 0,
    splits: Sequence[tuple[int, float, float]] = (),
    absent: float = 0.0,
    silent: float = 0.1,
) -> Symbol:
    """A random walk of `count` bars that starts at `price` in the session number `first`.

    Of `splits`, each (session number, from, to), the raw prices take notice. A share `absent` of
    the sessions has no bar, a share `silent` of the bars no volume.
    """
    chance = np.random.default_rng(seed)
    sessions = _sessions(chance, first, count, absent)
    closes = price * np.exp(np.cumsum(chance.normal(0.0, daily, count)))
    opens = closes * np.exp(chance.normal(0.0, daily / 2, count))
    highs = np.maximum(opens, closes) * np.exp(np.abs(chance.normal(0.0, daily / 3, count)))
    lows = np.minimum(opens, closes) * np.exp(-np.abs(chance.normal(0.0, daily / 3, count)))
    volumes = np.round(chance.lognormal(10.0, 1.0, count)) * (chance.random(count) >= silent)
    events = [SplitEvent(SESSIONS[at], before, after) for at, before, after in splits]
    bars = [
        _as_traded(SESSIONS[at], events, prices, volume)
        for at, *prices, volume in zip(sessions, opens, highs, lows, closes, volumes, strict=True)
    ]
    return Symbol(bars, events)


def flat(price: float, count: int, volume: float = 100.0) -> Symbol:
    """`count` bars at one price."""
    day = [RawBar(SESSIONS[at], price, price, price, price, volume) for at in range(count)]
    return Symbol(day, [])


@st.composite
def symbols(draw: st.DrawFn, longest: int = 90) -> Symbol:
    """Walks of any length, price and gaps, with up to three splits anywhere."""
    days = draw(st.lists(st.integers(0, longest + 10), max_size=3, unique=True).map(sorted))
    ratios = [draw(st.sampled_from(RATIOS)) for _ in days]
    return walk(
        seed=draw(st.integers(0, 2**32 - 1)),
        count=draw(st.integers(1, longest)),
        price=draw(st.sampled_from([1e-5, 0.37, 50.0, 7e5])),
        first=draw(st.integers(0, 5)),
        splits=[(day, *ratio) for day, ratio in zip(days, ratios, strict=True)],
        absent=draw(st.sampled_from([0.0, 0.1, 0.6])),
    )


def history_of(listed: Sequence[Symbol]) -> BarHistory:
    """The symbols as an engine is given them; their ids are 1, 2, …"""
    bars = [bar for symbol in listed for bar in symbol.bars]
    session = np.array([bar.session for bar in bars], dtype="datetime64[D]")
    splits = [(at, split) for at, symbol in enumerate(listed) for split in symbol.splits]
    return BarHistory(
        symbol_id=np.arange(1, len(listed) + 1, dtype=np.int32),
        start=np.cumsum([0, *(len(symbol.bars) for symbol in listed)], dtype=np.int64),
        session=session,
        ordinal=np.searchsorted(np.array(SESSIONS, "datetime64[D]"), session).astype(np.int32),
        splits=SplitRecords(
            symbol=np.array([at for at, _ in splits], dtype=np.int64),
            execution_date=np.array([s.execution_date for _, s in splits], dtype="datetime64[D]"),
            split_from=np.array([s.split_from for _, s in splits], dtype=np.float64),
            split_to=np.array([s.split_to for _, s in splits], dtype=np.float64),
        ),
        open=np.array([bar.open for bar in bars], dtype=np.float64),
        high=np.array([bar.high for bar in bars], dtype=np.float64),
        low=np.array([bar.low for bar in bars], dtype=np.float64),
        close=np.array([bar.close for bar in bars], dtype=np.float64),
        volume=np.array([bar.volume for bar in bars], dtype=np.float64),
    )


def bar_series(history: BarHistory) -> NDArray[np.float64]:
    """What an engine makes of bars without splits: `[bar series, bar]`, in `BAR_SERIES`' order."""
    as_traded = (history.open, history.high, history.low, history.close, history.volume)
    traded_value = history.close * history.volume
    year = history.session.astype("datetime64[Y]").astype(np.float64) + 1970.0
    return np.stack([*as_traded, traded_value, history.jumps(), year])


def computed(
    listed: Sequence[Symbol], first_wanted: Sequence[int] | None = None, threads: int | None = None
) -> IndicatorRows:
    """The stored columns of every bar, or from each symbol's bar `first_wanted` on, by symbol."""
    first = np.array(first_wanted or [0] * len(listed), dtype=np.int64)
    rows = compute(Cpu(threads), history_of(listed), first, REGISTRY, STORED_COLUMNS)
    order = np.lexsort((rows.session, rows.symbol_id))
    return IndicatorRows(
        rows.symbol_id[order],
        rows.session[order],
        rows.bars[order],
        rows.digest[order],
        rows.values[order],
    )


def column(rows: IndicatorRows, name: str) -> NDArray[np.float64]:
    """One stored column of every row."""
    return rows.values[:, STORED_COLUMNS.index(name)]


def bits(values: NDArray[np.float64]) -> list[int]:
    """The values' bits: NaN equals NaN, and 0.0 does not equal -0.0."""
    return np.ascontiguousarray(values).view(np.int64).ravel().tolist()


def plain(values: NDArray[np.float64]) -> list[int]:
    """The values' bits where a missing one may look as it likes, as it may inside a block."""
    return bits(np.where(np.isnan(values), np.nan, values))


def _sessions(chance: np.random.Generator, first: int, count: int, absent: float) -> list[int]:
    steps = 1 + (chance.random(count) < absent) * chance.integers(1, 4, count)
    # A walk with absences has one silence long enough to doubt who trades after it.
    steps[count // 2] += 25 * (absent > 0.0)
    return (first + np.cumsum(steps) - steps[0]).tolist()


def _as_traded(
    session: date, events: list[SplitEvent], prices: list[float], volume: float
) -> RawBar:
    factor = 1.0
    for event in events:
        if event.execution_date <= session:
            factor *= event.split_from / event.split_to
    opened, high, low, close = (float(price * factor) for price in prices)
    return RawBar(session, opened, high, low, close, float(volume))
