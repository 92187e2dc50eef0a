"""Highest high and lowest low of a window, and the close's distance from them."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator

HIGHEST = 1.0
LOWEST = -1.0


def extreme(series, out, state, block, window, lookback, sign):  # noqa: ARG001 - a kernel's form
    """Largest of `sign` times the last `window` values, as TA-Lib's MAX and MIN.

    For every new bar and `lookback` bars before them; missing until `window` bars. Doubling: the
    maximum over 2n bars is the larger of two over n bars. Maxima are exact, so one bar worked out
    from the history has the same bits as a long run. `out` serves as the work space, from the last
    row up, so that a row is read before it is overwritten.
    """
    end = HISTORY + block.active.size
    wanted = HISTORY - lookback
    start = wanted - window + 1
    for row in range(start, end):
        for lane in range(block.first, block.last):
            out[row, lane] = sign * series[row, lane]
    span = 1
    while span * 2 <= window:
        for row in range(end - 1, start + span - 1, -1):
            for lane in range(block.first, block.last):
                earlier = out[row - span, lane]
                out[row, lane] = earlier if earlier > out[row, lane] else out[row, lane]
        span *= 2
    rest = window - span
    for row in range(end - 1, wanted - 1, -1):
        for lane in range(block.first, block.last):
            earlier = out[row - rest, lane]
            largest = earlier if earlier > out[row, lane] else out[row, lane]
            full = block.seen[lane] + row - HISTORY >= window - 1
            out[row, lane] = sign * largest if full else np.nan


def percent_from(close, level, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """100 * (close / level - 1); missing where the level is."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            out[today, lane] = 100.0 * (close[today, lane] / level[today, lane] - 1.0)


def high_of(name: str, window: int, *, lookback: int = 0, stored: bool = True) -> Indicator:
    """Column `high_<name>`, in the price's unit."""
    parameters = (window, lookback, HIGHEST)
    return Indicator((f"high_{name}",), extreme, ("high",), parameters, stored=stored)


def low_of(name: str, window: int, *, lookback: int = 0, stored: bool = True) -> Indicator:
    """Column `low_<name>`, in the price's unit."""
    parameters = (window, lookback, LOWEST)
    return Indicator((f"low_{name}",), extreme, ("low",), parameters, stored=stored)


def pct_from(level: str) -> Indicator:
    """Column `pct_from_<level>`: the close's distance in percent; 0 or below from a high."""
    return Indicator((f"pct_from_{level}",), percent_from, ("close", level))
