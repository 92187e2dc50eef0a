"""Relative strength index (Wilder, 1978)."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def relative_strength(close, out, state, block, window):
    """100 * gain / (gain + loss), both smoothed as Wilder did, as TA-Lib's RSI.

    Seeded by the means of the first `window` changes, so missing until `window + 1` bars. A series
    that has not moved gives 0, as TA-Lib does. state: the smoothed gain and loss (totals while
    seeding).
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            index = block.seen[lane] + row
            change = close[today, lane] - close[today - 1, lane] if index > 0 else 0.0
            weight = window - 1 if index > window else 1
            gain = state[0, lane] * weight + (change if change > 0.0 else 0.0)
            loss = state[1, lane] * weight - (change if change < 0.0 else 0.0)
            divisor = window if index >= window else 1
            gain = gain / divisor
            loss = loss / divisor
            state[0, lane] = gain
            state[1, lane] = loss
            moved = gain + loss
            index_value = 100.0 * (gain / moved) if moved >= TALIB_ZERO else 0.0
            out[today, lane] = index_value if index >= window else np.nan


def rsi(window: int) -> Indicator:
    """Column `rsi_<window>`, 0 to 100; its values are kept for the stochastic of as many."""
    return Indicator(
        (f"rsi_{window}",),
        relative_strength,
        ("close",),
        (window,),
        initial=(0.0, 0.0),
        remembers=window - 1,
    )
