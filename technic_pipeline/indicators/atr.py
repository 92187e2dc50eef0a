"""Average true range (Wilder, 1978), absolute and in percent of the close."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def reach(high, low, close, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """True range: from the higher of high and previous close to the lower of low and it."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            before = close[today - 1, lane]
            span = high[today, lane] - low[today, lane]
            up = abs(before - high[today, lane])
            down = abs(before - low[today, lane])
            span = up if up > span else span
            out[today, lane] = down if down > span else span


def average_true_range(span, out, state, block, window):
    """True range smoothed as Wilder did, as TA-Lib's ATR.

    The first bar has no true range; the mean of the next `window` seeds the average, so it is
    missing until `window + 1` bars. state[0] is the average, or while seeding the total.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            index = block.seen[lane] + row
            weight = window - 1 if index > window else 1
            total = state[0, lane] * weight + (span[today, lane] if index > 0 else 0.0)
            average = total / (window if index >= window else 1)
            state[0, lane] = average
            out[today, lane] = average if index >= window else np.nan


def percent_of_close(value, close, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """100 * value / close."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = 100.0 * value[today, lane] / close[today, lane]


def true_range(remembers: int) -> Indicator:
    """Series `true_range`, not stored, in the price's unit."""
    reads = ("high", "low", "close")
    return Indicator(("true_range",), reach, reads, stored=False, remembers=remembers)


def atr(window: int) -> Indicator:
    """Column `atr_<window>`, in the price's unit."""
    return Indicator(
        (f"atr_{window}",), average_true_range, ("true_range",), (window,), initial=(0.0,)
    )


def atr_pct(window: int) -> Indicator:
    """Column `atr_pct`: the average true range in percent of the close."""
    return Indicator(("atr_pct",), percent_of_close, (f"atr_{window}", "close"))
