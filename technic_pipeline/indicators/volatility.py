"""Historical volatility: the deviation of log returns, a year's worth."""

from __future__ import annotations

import math

from technic_pipeline.indicators.deviation import deviations
from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of
from technic_pipeline.indicators.logarithm import natural_log

SESSIONS_A_YEAR = 252


def logarithmic_return(close, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """log(close / previous close)."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = natural_log(close[today, lane] / close[today - 1, lane])


def deviation_a_year(squares, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """100 * sqrt(252) * sample standard deviation of the last `window` log returns.

    Missing until `window + 1` bars; flat prices give 0.
    """
    scale = 100.0 * math.sqrt(SESSIONS_A_YEAR)
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = scale * math.sqrt(squares[today, lane] / (window - 1))


def volatility(window: int) -> tuple[Indicator, ...]:
    """Column `volatility_<window>`, in percent a year."""
    return (
        Indicator(
            ("log_return",), logarithmic_return, ("close",), stored=False, remembers=window - 1
        ),
        deviations("log_return", window),
        Indicator(
            (f"volatility_{window}",),
            deviation_a_year,
            (f"log_return_deviations_{window}",),
            (window,),
        ),
    )
