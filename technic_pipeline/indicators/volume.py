"""Volume against its own past, and the value traded."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator


def relative_to_mean_before(volume, out, state, block, window):  # noqa: ARG001 - a kernel's form
    """Today's volume over the mean of the `window` bars before it.

    Missing until `window + 1` bars, and where nothing traded in the window. Summed afresh for every
    bar, so that a window of zeros sums to zero.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            total = 0.0
            for back in range(window, 0, -1):
                total += volume[today - back, lane]
            known = block.seen[lane] + row >= window and total > 0.0
            out[today, lane] = volume[today, lane] / (total / window) if known else np.nan


def mean_of_window(series, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """Mean of the last `window` values, today's included; missing until `window` bars."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            total = 0.0
            for back in range(window - 1, -1, -1):
                total += series[today - back, lane]
            out[today, lane] = total / window if block.seen[lane] + row >= window - 1 else np.nan


def rel_volume(window: int) -> Indicator:
    """Column `rel_volume_<window>`, a ratio."""
    return Indicator((f"rel_volume_{window}",), relative_to_mean_before, ("volume",), (window,))


def dollar_volume(window: int) -> Indicator:
    """Column `dollar_volume_<window>`: mean of raw close * raw volume, in the quote currency."""
    return Indicator((f"dollar_volume_{window}",), mean_of_window, ("traded_value",), (window,))


def volume_avg(window: int) -> Indicator:
    """Column `volume_avg_<window>`: mean of the adjusted volume, in shares."""
    return Indicator((f"volume_avg_{window}",), mean_of_window, ("volume",), (window,))
