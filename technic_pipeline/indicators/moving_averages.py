"""Simple and exponential moving averages of the close."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator


def simple_average(close, out, state, block, window):
    """Mean of the last `window` closes, as TA-Lib's SMA: a running total, oldest value taken off.

    Missing until `window` bars. state[0] is the total of the last `window - 1` closes.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            full = block.seen[lane] + row >= window - 1
            total = state[0, lane] + close[today, lane]
            out[today, lane] = total / window if full else np.nan
            state[0, lane] = total - close[today - window + 1, lane] if full else total


def exponential_average(close, out, state, block, window):
    """EMA with k = 2 / (window + 1), seeded by the first `window` closes' mean (TA-Lib's EMA).

    Missing until `window` bars. state[0] is the average, or before that the total.
    """
    smoothing = 2.0 / (window + 1)
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            index = block.seen[lane] + row
            previous = state[0, lane]
            total = previous + close[today, lane]
            smoothed = (close[today, lane] - previous) * smoothing + previous
            seed = total / window if index == window - 1 else total
            state[0, lane] = smoothed if index >= window else seed
            out[today, lane] = state[0, lane] if index >= window - 1 else np.nan


def sma(window: int) -> Indicator:
    """Column `sma_<window>`, in the price's unit."""
    return Indicator((f"sma_{window}",), simple_average, ("close",), (window,), initial=(0.0,))


def ema(window: int) -> Indicator:
    """Column `ema_<window>`, in the price's unit."""
    return Indicator((f"ema_{window}",), exponential_average, ("close",), (window,), initial=(0.0,))
