"""Highest high and lowest low of a window, and the close's distance from them."""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of

HIGHEST = 1.0
LOWEST = -1.0


@register_jitable
def larger(a, b):
    """The larger of the two; b where one is missing."""
    return a if a > b else b


def extreme(series, out, state, block, window, sign):
    """Largest of `sign` times the last `window` values, as TA-Lib's MAX and MIN.

    Missing until there are `window` values. After van Herk, Gil and Werman: the new rows in parts
    of at most `window`; each row's window is the part up to the row, whose maxima run downwards in
    `out`, and rows above the part, whose maxima run upwards in state[0]. Maxima are exact, so where
    a part begins is not seen in the bits.
    """
    rows = block.active.size
    for begin in range(0, rows, window):
        end = min(begin + window, rows)
        above = begin + HISTORY
        for lane in lanes_of(block, begin):
            out[above, lane] = sign * series[above, lane]
            state[0, lane] = -np.inf
        for row in range(begin + 1, end):
            today = row + HISTORY
            for lane in lanes_of(block, row):
                out[today, lane] = larger(out[today - 1, lane], sign * series[today, lane])
        lanes = lanes_of(block, begin)
        reached = above - 1
        for row in range(end - 1, begin - 1, -1):
            today = row + HISTORY
            while reached - 3 > today - window:
                for lane in lanes:
                    newer = larger(sign * series[reached, lane], sign * series[reached - 1, lane])
                    older = larger(
                        sign * series[reached - 2, lane], sign * series[reached - 3, lane]
                    )
                    state[0, lane] = larger(larger(newer, older), state[0, lane])
                reached -= 4
            while reached > today - window:
                for lane in lanes:
                    state[0, lane] = larger(sign * series[reached, lane], state[0, lane])
                reached -= 1
            for lane in lanes_of(block, row):
                largest = larger(state[0, lane], out[today, lane])
                first = series[today - window + 1, lane]
                out[today, lane] = np.nan if np.isnan(first) else sign * largest
        for lane in lanes:
            state[0, lane] = 0.0


def percent_from(close, level, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """100 * (close / level - 1); missing where the level is."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = 100.0 * (close[today, lane] / level[today, lane] - 1.0)


def high_of(name: str, window: int, series: str = "high", *, stored: bool = True) -> Indicator:
    """Column `high_<name>`: the series' largest value, in its unit."""
    return _extreme_of(f"high_{name}", series, (window, HIGHEST), stored)


def low_of(name: str, window: int, series: str = "low", *, stored: bool = True) -> Indicator:
    """Column `low_<name>`: the series' smallest value, in its unit."""
    return _extreme_of(f"low_{name}", series, (window, LOWEST), stored)


def pct_from(level: str) -> Indicator:
    """Column `pct_from_<level>`: the close's distance in percent; 0 or below from a high."""
    return Indicator((f"pct_from_{level}",), percent_from, ("close", level))


def _extreme_of(
    column: str, series: str, parameters: tuple[int | float, ...], stored: bool
) -> Indicator:
    return Indicator((column,), extreme, (series,), parameters, initial=(0.0,), stored=stored)
