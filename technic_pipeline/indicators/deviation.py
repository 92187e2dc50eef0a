"""How far values lie from their mean, summed afresh for every bar.

A running sum of squares would keep the rounding of a large move long after the move has left the
window.
"""

from __future__ import annotations

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def squared_deviations(series, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """Sum of the squared distances of the last `window` values from their mean.

    From the distances to today's value: equal values have none, and large ones keep their small
    moves. Today's value being one of the window, that costs no more than a factor of `window` in
    the rounding. Missing where one of the values is.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = 0.0
            squares = 0.0
            for back in range(window - 1, 0, -1):
                distance = series[today - back, lane] - series[today, lane]
                total += distance
                squares += distance * distance
            out[today, lane] = squares - total * total / window


def deviations(series: str, window: int) -> Indicator:
    """Series `<series>_deviations_<window>`, not stored."""
    columns = (f"{series}_deviations_{window}",)
    return Indicator(columns, squared_deviations, (series,), (window,), stored=False)
