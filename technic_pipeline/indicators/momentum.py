"""Differences of prices: momentum, the awesome oscillator, bull and bear power."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.ichimoku import midpoint
from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def change(close, out, state, block, bars):  # noqa: ARG001 - a kernel's fixed form
    """close - close `bars` bars ago, as TA-Lib's MOM; missing until `bars + 1` bars."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            moved = close[today, lane] - close[today - bars, lane]
            out[today, lane] = moved if block.seen[lane] + row >= bars else np.nan


def difference_of_averages(price, out, state, block, fast, slow):  # noqa: ARG001 - a kernel's form
    """Mean of the last `fast` values less that of the last `slow`; missing until then."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = 0.0
            for back in range(fast):
                total += price[today - back, lane]
            recent = total / fast
            for back in range(fast, slow):
                total += price[today - back, lane]
            known = block.seen[lane] + row >= slow - 1
            out[today, lane] = recent - total / slow if known else np.nan


def above_average(price, average, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """price - average; missing where the average is."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = price[today, lane] - average[today, lane]


def mom(bars: int) -> Indicator:
    """Column `mom_<bars>`, in the price's unit."""
    return Indicator((f"mom_{bars}",), change, ("close",), (bars,), remembers=1)


def awesome_oscillator(fast: int, slow: int) -> tuple[Indicator, ...]:
    """Column `ao` (Williams), in the price's unit: of the middle between high and low."""
    return (
        Indicator(("median_price",), midpoint, ("high", "low"), stored=False, remembers=slow - 1),
        Indicator(
            ("ao",),
            difference_of_averages,
            ("median_price",),
            (fast, slow),
            remembers=2,
        ),
    )


def bull_power(window: int) -> Indicator:
    """Column `bull_power_<window>` (Elder): high less the EMA, in the price's unit."""
    return Indicator(
        (f"bull_power_{window}",), above_average, ("high", f"ema_{window}"), remembers=1
    )


def bear_power(window: int) -> Indicator:
    """Column `bear_power_<window>` (Elder): low less the EMA, in the price's unit."""
    return Indicator(
        (f"bear_power_{window}",), above_average, ("low", f"ema_{window}"), remembers=1
    )
