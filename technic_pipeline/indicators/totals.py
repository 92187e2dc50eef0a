"""Totals of the last bars, each summed afresh.

A running total would keep the rounding of a large value long after it has left the window, and a
window of zeros would not sum to zero. Longer windows are put together from shorter ones.
"""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def total_of_window(series, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """Sum of the last `window` values, today's included; missing where one of them is."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = 0.0
            for back in range(window - 1, -1, -1):
                total += series[today - back, lane]
            out[today, lane] = total


def joined_totals(newer, older, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """Sum of a total over `window` bars and of another that ended `window` bars ago."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = newer[today, lane] + older[today - window, lane]


def ratio_of_totals(part, whole, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """part / whole; missing where the whole is not above zero."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            share = part[today, lane] / whole[today, lane]
            out[today, lane] = share if whole[today, lane] > 0.0 else np.nan


def total(series: str, window: int, *, remembers: int = 0) -> Indicator:
    """Series `<series>_total_<window>`, not stored."""
    columns = (f"{series}_total_{window}",)
    return Indicator(
        columns, total_of_window, (series,), (window,), stored=False, remembers=remembers
    )
