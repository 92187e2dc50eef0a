"""Moving averages of the close: simple, exponential, Hull's, and weighted by volume."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of
from technic_pipeline.indicators.totals import ratio_of_totals, total


def simple_average(close, out, state, block, window):
    """Mean of the last `window` closes, as TA-Lib's SMA: a running total, oldest value taken off.

    Missing until `window` bars. state[0] is the total of the last `window - 1` closes.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
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
        for lane in lanes_of(block, row):
            index = block.seen[lane] + row
            previous = state[0, lane]
            total = previous + close[today, lane]
            smoothed = (close[today, lane] - previous) * smoothing + previous
            seed = total / window if index == window - 1 else total
            state[0, lane] = smoothed if index >= window else seed
            out[today, lane] = state[0, lane] if index >= window - 1 else np.nan


def hull_difference(close, out, state, block, window, half):  # noqa: ARG001 - a kernel's fixed form
    """2 * WMA(half) - WMA(window), a WMA weighing the newest most; missing until `window` bars."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            long = 0.0
            short = 0.0
            for age in range(window):
                long += (window - age) * close[today - age, lane]
            for age in range(half):
                short += (half - age) * close[today - age, lane]
            short /= half * (half + 1) / 2.0
            out[today, lane] = 2.0 * short - long / (window * (window + 1) / 2.0)


def weighted_average(series, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """Mean of the last `window` values, the newest weighing `window`, the oldest 1."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = 0.0
            for age in range(window):
                total += (window - age) * series[today - age, lane]
            out[today, lane] = total / (window * (window + 1) / 2.0)


def product(price, volume, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """price * volume."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = price[today, lane] * volume[today, lane]


def sma(window: int) -> Indicator:
    """Column `sma_<window>`, in the price's unit."""
    return Indicator((f"sma_{window}",), simple_average, ("close",), (window,), initial=(0.0,))


def ema(window: int, *, stored: bool = True) -> Indicator:
    """Column `ema_<window>`, in the price's unit."""
    return Indicator(
        (f"ema_{window}",), exponential_average, ("close",), (window,), (0.0,), stored=stored
    )


def hma(window: int) -> tuple[Indicator, ...]:
    """Column `hma_<window>` (Hull), in the price's unit."""
    root = int(window**0.5)
    return (
        Indicator(
            ("hull_difference",),
            hull_difference,
            ("close",),
            (window, window // 2),
            stored=False,
            remembers=root - 1,
        ),
        Indicator((f"hma_{window}",), weighted_average, ("hull_difference",), (root,)),
    )


def vwma(window: int) -> tuple[Indicator, ...]:
    """Column `vwma_<window>`, in the price's unit; missing without volume."""
    return (
        Indicator(
            ("close_times_volume",),
            product,
            ("close", "volume"),
            stored=False,
            remembers=window - 1,
        ),
        total("close_times_volume", window),
        Indicator(
            (f"vwma_{window}",),
            ratio_of_totals,
            (f"close_times_volume_total_{window}", f"volume_total_{window}"),
        ),
    )
