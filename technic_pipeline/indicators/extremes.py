"""Highest high of a window, and the close's distance from it."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator


def highest(high, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """Maximum of the last `window` highs, today included, as TA-Lib's MAX; missing until then.

    Doubling: the maximum over 2n bars is the larger of two over n bars. Maxima are exact, so one
    bar worked out from the history has the same bits as a long run. `out` serves as the work space,
    from the last row up, so that a row is read before it is overwritten.
    """
    end = HISTORY + block.active.size
    start = HISTORY - window + 1
    for row in range(start, end):
        for lane in range(block.first, block.last):
            out[row, lane] = high[row, lane]
    span = 1
    while span * 2 <= window:
        for row in range(end - 1, start + span - 1, -1):
            for lane in range(block.first, block.last):
                earlier = out[row - span, lane]
                out[row, lane] = earlier if earlier > out[row, lane] else out[row, lane]
        span *= 2
    rest = window - span
    for row in range(end - 1, HISTORY - 1, -1):
        for lane in range(block.first, block.last):
            earlier = out[row - rest, lane]
            largest = earlier if earlier > out[row, lane] else out[row, lane]
            full = block.seen[lane] + row - HISTORY >= window - 1
            out[row, lane] = largest if full else np.nan


def percent_from(close, level, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """100 * (close / level - 1); missing where the level is."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            out[today, lane] = 100.0 * (close[today, lane] / level[today, lane] - 1.0)


def high_of(name: str, window: int) -> Indicator:
    """Column `high_<name>`, in the price's unit."""
    return Indicator((f"high_{name}",), highest, ("high",), (window,))


def pct_from_high(name: str) -> Indicator:
    """Column `pct_from_high_<name>`, in percent, 0 or below."""
    return Indicator((f"pct_from_high_{name}",), percent_from, ("close", f"high_{name}"))
