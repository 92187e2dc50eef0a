"""Whole histories by the engine and by TA-Lib, the same columns into equal arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, IndicatorRows, SplitRecords
from technic_pipeline.indicators.indicator import Indicator
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.sessions import load_calendar
from tests.benchmarks.clock import side_by_side
from tests.benchmarks.scale import Scale
from tests.benchmarks.talib_calls import CALLS, COLUMNS, Bars
from tests.benchmarks.verdict import CaseReport, faster

SYMBOLS = 2_000
BARS = 1_260
# Sums are taken in another order here and there; more than this would be another indicator.
LARGEST_DIFFERENCE = 1e-6


def measure(scale: Scale) -> CaseReport:
    """One thread against TA-Lib, and two against one."""
    symbols, bars = scale.symbols or SYMBOLS, scale.sessions or BARS
    history = random_walks(symbols, bars)
    rows = _compute(history, 1)
    values = rows.values
    # Rows come session after session, TA-Lib's symbol after symbol.
    by_symbol = np.lexsort((rows.session, rows.symbol_id))
    difference = largest_difference(values[by_symbol], by_talib(history, values))
    one, two, talib = side_by_side(
        [
            partial(_compute, history, 1),
            partial(_compute, history, 2),
            partial(by_talib, history, values),
        ],
        scale.repetitions,
    )
    return CaseReport(
        case="history",
        work=f"{len(COLUMNS)} columns, {symbols:,} symbols x {bars:,} bars",
        verdicts=(
            faster("one thread", one, "s", f"TA-Lib, {len(CALLS)} calls", talib, times=2.5),
            faster("two threads", two, "s", "one thread", one, times=1.8),
        ),
        raw={
            "one_thread": one,
            "two_threads": two,
            "talib": talib,
            "columns": COLUMNS,
            "nanoseconds_a_bar": one / len(history) * 1e9,
            "talib_nanoseconds_a_bar": talib / len(history) * 1e9,
            "largest_difference": difference,
        },
    )


def random_walks(symbols: int, bars: int) -> BarHistory:
    """Symbols that all trade in the same sessions, without splits."""
    chance = np.random.default_rng(1)
    shape = symbols, bars
    close = 50.0 * np.exp(np.cumsum(chance.normal(0.0, 0.02, shape), axis=1))
    opened = close * np.exp(chance.normal(0.0, 0.01, shape))
    high = np.maximum(opened, close) * np.exp(np.abs(chance.normal(0.0, 0.007, shape)))
    low = np.minimum(opened, close) * np.exp(-np.abs(chance.normal(0.0, 0.007, shape)))
    days = load_calendar("XNYS").days
    none = np.empty(0)
    return BarHistory(
        symbol_id=np.arange(symbols, dtype=np.int32),
        start=np.arange(symbols + 1, dtype=np.int64) * bars,
        session=np.tile(days[:bars], symbols),
        ordinal=np.tile(np.arange(bars, dtype=np.int32), symbols),
        open=opened.ravel(),
        high=high.ravel(),
        low=low.ravel(),
        close=close.ravel(),
        volume=np.round(chance.lognormal(10.0, 1.0, shape)).ravel(),
        splits=SplitRecords(none.astype(np.int64), none.astype("datetime64[D]"), none, none),
    )


def by_talib(history: BarHistory, shape_of: NDArray[np.float64]) -> NDArray[np.float64]:
    """TA-Lib's `COLUMNS` as `[bar, column]`, in a new array that lies in memory as the other."""
    values = np.empty_like(shape_of)
    for first, end in zip(history.start[:-1].tolist(), history.start[1:].tolist(), strict=True):
        own = slice(first, end)
        bars = Bars(history.high[own], history.low[own], history.close[own], history.volume[own])
        column = 0
        for call in CALLS.values():
            for series in call(bars):
                values[own, column] = series
                column += 1
    return values


def largest_difference(values: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """By how much of its column's median magnitude any value differs from TA-Lib's.

    Both must be missing at the same bars, and nothing may differ by `LARGEST_DIFFERENCE`: then
    both did the same work.
    """
    largest = 0.0
    for name, ours, theirs in zip(COLUMNS, values.T, expected.T, strict=True):
        assert np.array_equal(np.isnan(ours), np.isnan(theirs)), f"{name} is missing elsewhere"
        magnitude = np.nanmedian(np.abs(theirs))
        difference = float(np.nanmax(np.abs(ours - theirs)) / magnitude)
        assert difference < LARGEST_DIFFERENCE, f"{name} is not TA-Lib's"
        largest = max(largest, difference)
    return largest


def indicators_for(columns: Sequence[str]) -> list[Indicator]:
    """The part of the registry that gives the columns, with what it reads."""
    needed = set(columns)
    chosen = []
    for indicator in reversed(REGISTRY):
        if needed.intersection(indicator.columns):
            chosen.append(indicator)
            needed.update(indicator.reads)
    return chosen[::-1]


def _compute(history: BarHistory, threads: int) -> IndicatorRows:
    first_wanted = np.zeros(len(history.symbol_id), dtype=np.int64)
    return compute(Cpu(threads), history, first_wanted, indicators_for(COLUMNS), COLUMNS)
