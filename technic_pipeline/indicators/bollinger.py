"""Bollinger bands."""

from __future__ import annotations

import math

import numpy as np

from technic_pipeline.indicators.deviation import deviations
from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def bands(average, squares, upper, middle, lower, state, block, window, width):  # noqa: ARG001 - a kernel's form
    """The average of `window` closes, and `width` population deviations above and below it.

    As TA-Lib's BBANDS; missing until `window` bars.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            reach = math.sqrt(squares[today, lane] / window) * width
            center = average[today, lane]
            upper[today, lane] = center + reach
            middle[today, lane] = center
            lower[today, lane] = center - reach


def place_in_bands(close, upper, lower, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """(close - lower) / (upper - lower); missing where the bands touch."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            width = upper[today, lane] - lower[today, lane]
            place = (close[today, lane] - lower[today, lane]) / width
            out[today, lane] = place if width > 0.0 else np.nan


def bollinger(window: int, width: float) -> tuple[Indicator, ...]:
    """Columns `bb_upper`, `bb_middle`, `bb_lower` in the price's unit, and `bb_pct_b`, 0 to 1."""
    return (
        deviations("close", window),
        Indicator(
            ("bb_upper", "bb_middle", "bb_lower"),
            bands,
            (f"sma_{window}", f"close_deviations_{window}"),
            (window, width),
        ),
        Indicator(("bb_pct_b",), place_in_bands, ("close", "bb_upper", "bb_lower")),
    )
