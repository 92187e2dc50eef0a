"""Moving averages of the close: simple, exponential, Hull's, and weighted by volume."""

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


def hull_average(close, out, state, block, window, half, root):  # noqa: ARG001 - a kernel's form
    """WMA of `root` values of 2 * WMA(half) - WMA(window) (Hull); missing until they are there."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            smooth = 0.0
            for back in range(root):
                long = 0.0
                short = 0.0
                for age in range(window):
                    long += (window - age) * close[today - back - age, lane]
                for age in range(half):
                    short += (half - age) * close[today - back - age, lane]
                long /= window * (window + 1) / 2.0
                short /= half * (half + 1) / 2.0
                smooth += (root - back) * (2.0 * short - long)
            known = block.seen[lane] + row >= window + root - 2
            out[today, lane] = smooth / (root * (root + 1) / 2.0) if known else np.nan


def average_by_volume(close, volume, out, state, block, window):  # noqa: ARG001 - a kernel's form
    """Sum of close * volume over sum of volume; missing until `window` bars and without volume."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            traded = 0.0
            total = 0.0
            for back in range(window - 1, -1, -1):
                traded += close[today - back, lane] * volume[today - back, lane]
                total += volume[today - back, lane]
            known = block.seen[lane] + row >= window - 1 and total > 0.0
            out[today, lane] = traded / total if known else np.nan


def sma(window: int) -> Indicator:
    """Column `sma_<window>`, in the price's unit."""
    return Indicator((f"sma_{window}",), simple_average, ("close",), (window,), initial=(0.0,))


def ema(window: int, *, stored: bool = True) -> Indicator:
    """Column `ema_<window>`, in the price's unit."""
    return Indicator(
        (f"ema_{window}",), exponential_average, ("close",), (window,), (0.0,), stored=stored
    )


def hma(window: int) -> Indicator:
    """Column `hma_<window>`, in the price's unit."""
    parameters = (window, window // 2, int(window**0.5))
    return Indicator((f"hma_{window}",), hull_average, ("close",), parameters)


def vwma(window: int) -> Indicator:
    """Column `vwma_<window>`, in the price's unit."""
    return Indicator((f"vwma_{window}",), average_by_volume, ("close", "volume"), (window,))
