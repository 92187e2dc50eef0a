"""Moving average convergence and divergence (Appel)."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def convergence(close, macd, signal, histogram, state, block, fast, slow, smooth):
    """Fast EMA - slow EMA of the close, its EMA over `smooth` values, and their difference.

    As TA-Lib's MACD aligns them: the slow average is seeded by the mean of the first `slow` closes,
    the fast one on the same bar by the mean of the last `fast` of them, the signal by the mean of
    the first `smooth` differences. All three are missing until `slow + smooth - 1` bars. state: the
    three averages, each its total while it is being seeded.
    """
    fast_k = 2.0 / (fast + 1)
    slow_k = 2.0 / (slow + 1)
    smooth_k = 2.0 / (smooth + 1)
    first = slow + smooth - 2
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            index = block.seen[lane] + row
            price = close[today, lane]
            quick, calm, line = state[0, lane], state[1, lane], state[2, lane]
            seeded = index >= slow
            total = quick + price if index >= slow - fast else 0.0
            total = total / fast if index == slow - 1 else total
            quick = (price - quick) * fast_k + quick if seeded else total
            total = calm + price
            total = total / slow if index == slow - 1 else total
            calm = (price - calm) * slow_k + calm if seeded else total
            difference = quick - calm
            total = line + (difference if index >= slow - 1 else 0.0)
            total = total / smooth if index == first else total
            line = (difference - line) * smooth_k + line if index > first else total
            state[0, lane] = quick
            state[1, lane] = calm
            state[2, lane] = line
            macd[today, lane] = difference if index >= first else np.nan
            signal[today, lane] = line if index >= first else np.nan
            histogram[today, lane] = difference - line if index >= first else np.nan


def macd(fast: int, slow: int, smooth: int) -> Indicator:
    """Columns `macd`, `macd_signal` and `macd_hist`, in the price's unit."""
    return Indicator(
        ("macd", "macd_signal", "macd_hist"),
        convergence,
        ("close",),
        (fast, slow, smooth),
        initial=(0.0, 0.0, 0.0),
    )
