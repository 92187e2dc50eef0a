"""Kernels read what is remembered of the bars before the new ones, and nothing else above them."""

from __future__ import annotations

import numpy as np
import pytest
from histories import bar_series, history_of, plain, walk
from numpy.typing import NDArray
from single_kernels import NAMES, initial_accumulators, run_kernels

from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY
from technic_pipeline.indicators.registry import REGISTRY

REMEMBERED = BAR_SERIES | {
    column: indicator.remembers for indicator in REGISTRY for column in indicator.columns
}
SEEN, NEW, LANES = 275, 3, 8
# Below all that is there, above it, and as a missing value.
RUBBISH = (-3e7, 3e7, np.nan)


def run(series: NDArray[np.float64], state: NDArray[np.float64], seen: int) -> None:
    """Every kernel over the rows from HISTORY on, `seen` bars having come before."""
    rows, lanes = series.shape[1] - HISTORY, series.shape[2]
    every_lane = np.full(rows, lanes, dtype=np.int64)
    run_kernels(series, state, np.full(lanes, seen, dtype=np.int64), every_lane)


@pytest.fixture(scope="module")
def bars() -> NDArray[np.float64]:
    """`[bar series, bar, lane]`; the year turns with the last bar that had been seen."""
    walks = [walk(seed, count=SEEN + NEW, daily=0.01 * seed) for seed in range(1, LANES + 1)]
    listed = bar_series(history_of(walks)).reshape(len(BAR_SERIES), LANES, SEEN + NEW)
    listed[NAMES.index("year")] = np.where(np.arange(SEEN + NEW) < SEEN, 2015.0, 2016.0)
    return listed.swapaxes(1, 2)


def filled(bars: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every series' rows for these bars, without any before them."""
    series = np.full((len(NAMES), HISTORY + bars.shape[1], LANES), np.nan)
    series[: len(BAR_SERIES), HISTORY:] = bars
    return series


@pytest.fixture(scope="module")
def seen_before(bars: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every series of the bars before the new ones, and the state after them."""
    state = initial_accumulators(LANES)
    series = filled(bars[:, :SEEN])
    run(series, state, 0)
    return series, state


def new_rows(
    bars: NDArray[np.float64],
    seen_before: tuple[NDArray[np.float64], NDArray[np.float64]],
    kept: dict[str, int],
    rubbish: float,
) -> NDArray[np.float64]:
    """The new rows of every series, with so many rows kept above them, and above those rubbish."""
    before, state = seen_before
    series = filled(bars[:, SEEN:])
    series[:, :HISTORY] = rubbish
    for position, name in enumerate(NAMES):
        rows = slice(HISTORY - kept[name], HISTORY)
        series[position, rows] = before[position, SEEN + HISTORY - kept[name] :]
    run(series, state.copy(), SEEN)
    return series[:, HISTORY:]


@pytest.fixture(scope="module")
def expected(bars, seen_before) -> NDArray[np.float64]:
    return new_rows(bars, seen_before, dict.fromkeys(NAMES, HISTORY), np.nan)


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_above_what_is_remembered_changes_no_bit(
    rubbish: float, bars, seen_before, expected
) -> None:
    assert plain(new_rows(bars, seen_before, REMEMBERED, rubbish)) == plain(expected)


@pytest.mark.parametrize("name", [name for name in NAMES if REMEMBERED[name]])
def test_the_oldest_row_that_is_remembered_is_read(name, bars, seen_before, expected) -> None:
    fewer = REMEMBERED | {name: REMEMBERED[name] - 1}
    found = [plain(new_rows(bars, seen_before, fewer, rubbish)) for rubbish in RUBBISH]
    assert any(values != plain(expected) for values in found)
