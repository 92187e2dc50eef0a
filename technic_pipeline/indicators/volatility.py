"""Historical volatility: the deviation of log returns, a year's worth."""

from __future__ import annotations

import math

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.logarithm import natural_log

SESSIONS_A_YEAR = 252


def logarithmic_return(close, out, state, block, lookback):  # noqa: ARG001 - a kernel's fixed form
    """log(close / previous close) of every new bar and of the `lookback` bars before them."""
    for today in range(HISTORY - lookback, HISTORY + block.active.size):
        for lane in range(block.first, block.last):
            out[today, lane] = natural_log(close[today, lane] / close[today - 1, lane])


def deviation_a_year(returns, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """100 * sqrt(252) * sample standard deviation of the last `window` log returns.

    Summed afresh for every bar: a running sum of squares would keep the rounding of a large move
    long after the move has left the window. Missing until `window + 1` bars; flat prices give 0.
    """
    scale = 100.0 * math.sqrt(SESSIONS_A_YEAR)
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            mean = 0.0
            for back in range(window):
                mean += returns[today - back, lane]
            mean /= window
            squares = 0.0
            for back in range(window):
                distance = returns[today - back, lane] - mean
                squares += distance * distance
            deviation = scale * math.sqrt(squares / (window - 1))
            out[today, lane] = deviation if block.seen[lane] + row >= window else np.nan


def log_return(lookback: int) -> Indicator:
    """Series `log_return`, not stored, for windows of up to `lookback` bars."""
    return Indicator(("log_return",), logarithmic_return, ("close",), (lookback,), stored=False)


def volatility(window: int) -> Indicator:
    """Column `volatility_<window>`, in percent a year."""
    return Indicator((f"volatility_{window}",), deviation_a_year, ("log_return",), (window,))
