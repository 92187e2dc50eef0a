"""Volume against its own past, and the value traded."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of
from technic_pipeline.indicators.totals import joined_totals, total


def relative_to_mean_before(volume, total, out, state, block, window):  # noqa: ARG001 - a kernel's form
    """Today's volume over the mean of the `window` bars before it.

    Missing until `window + 1` bars, and where nothing traded in the window.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            before = total[today - 1, lane]
            ratio = volume[today, lane] / (before / window)
            out[today, lane] = ratio if before > 0.0 else np.nan


def mean_of_total(total, out, state, block, window):  # noqa: ARG001 - a kernel's fixed form
    """total / window."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = total[today, lane] / window


def volume_totals(window: int) -> tuple[Indicator, ...]:
    """Series `volume_total_<window>` and of twice and three times as many bars, not stored."""
    one, two, three = (f"volume_total_{times * window}" for times in (1, 2, 3))
    return (
        total("volume", window, remembers=2 * window),
        Indicator((two,), joined_totals, (one, one), (window,), stored=False),
        Indicator((three,), joined_totals, (two, one), (2 * window,), stored=False),
    )


def rel_volume(window: int) -> Indicator:
    """Column `rel_volume_<window>`, a ratio."""
    reads = ("volume", f"volume_total_{window}")
    return Indicator((f"rel_volume_{window}",), relative_to_mean_before, reads, (window,))


def dollar_volume(window: int) -> tuple[Indicator, ...]:
    """Column `dollar_volume_<window>`: mean of raw close * raw volume, in the quote currency."""
    reads = (f"traded_value_total_{window}",)
    return (
        total("traded_value", window),
        Indicator((f"dollar_volume_{window}",), mean_of_total, reads, (window,)),
    )


def volume_avg(window: int) -> Indicator:
    """Column `volume_avg_<window>`: mean of the adjusted volume, in shares."""
    return Indicator(
        (f"volume_avg_{window}",), mean_of_total, (f"volume_total_{window}",), (window,)
    )
