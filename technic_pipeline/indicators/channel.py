"""Commodity channel index (Lambert, 1980)."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator
from technic_pipeline.indicators.lanes import lanes_of

LAMBERT = 0.015


def typical(high, low, close, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """(high + low + close) / 3."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = (high[today, lane] + low[today, lane] + close[today, lane]) / 3.0


def channel_index(price, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """(price - mean) / (0.015 * mean absolute deviation) of the last `window` typical prices.

    As TA-Lib's CCI: missing until `window` bars, 0 where today's price or all of them are at the
    mean but for rounding.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = 0.0
            for back in range(window - 1, -1, -1):
                total += price[today - back, lane]
            mean = total / window
            spread = 0.0
            for back in range(window - 1, -1, -1):
                spread += abs(price[today - back, lane] - mean)
            distance = price[today, lane] - mean
            rounding = TALIB_ZERO * (abs(price[today, lane]) + abs(mean))
            moved = abs(distance) > rounding and spread > rounding
            value = distance / (LAMBERT * (spread / window)) if moved else 0.0
            out[today, lane] = value if block.seen[lane] + row >= window - 1 else np.nan


def typical_price(remembers: int) -> Indicator:
    """Series `typical_price`, not stored."""
    reads = ("high", "low", "close")
    return Indicator(("typical_price",), typical, reads, stored=False, remembers=remembers)


def cci(window: int) -> Indicator:
    """Column `cci_<window>`."""
    return Indicator((f"cci_{window}",), channel_index, ("typical_price",), (window,), remembers=1)
