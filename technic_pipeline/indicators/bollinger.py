"""Bollinger bands."""

from __future__ import annotations

import math

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator


def bands(close, average, upper, middle, lower, state, block, window, deviations):  # noqa: ARG001 - a kernel's form
    """The average of `window` closes, and `deviations` population deviations above and below it.

    As TA-Lib's BBANDS; missing until `window` bars. The deviation is taken about a mean worked out
    from the distances to today's close, so that equal closes have none, and large prices keep their
    small moves.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            price = close[today, lane]
            total = 0.0
            for back in range(window - 1, 0, -1):
                total += close[today - back, lane] - price
            mean = total / window
            squares = mean * mean
            for back in range(window - 1, 0, -1):
                distance = (close[today - back, lane] - price) - mean
                squares += distance * distance
            width = math.sqrt(squares / window) * deviations
            center = average[today, lane]
            full = block.seen[lane] + row >= window - 1
            upper[today, lane] = center + width if full else np.nan
            middle[today, lane] = center
            lower[today, lane] = center - width if full else np.nan


def place_in_bands(close, upper, lower, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """(close - lower) / (upper - lower); missing where the bands touch."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            width = upper[today, lane] - lower[today, lane]
            place = (close[today, lane] - lower[today, lane]) / width
            out[today, lane] = place if width > 0.0 else np.nan


def bollinger(window: int, deviations: float) -> tuple[Indicator, ...]:
    """Columns `bb_upper`, `bb_middle`, `bb_lower` in the price's unit, and `bb_pct_b`, 0 to 1."""
    return (
        Indicator(
            ("bb_upper", "bb_middle", "bb_lower"),
            bands,
            ("close", f"sma_{window}"),
            (window, deviations),
        ),
        Indicator(("bb_pct_b",), place_in_bands, ("close", "bb_upper", "bb_lower")),
    )
