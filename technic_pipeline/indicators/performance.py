"""Change of the close over a number of bars."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator


def percent_change(close, out, state, block, bars):  # noqa: ARG001 - a kernel's fixed form
    """100 * (close / close `bars` bars ago - 1); missing until `bars + 1` bars."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            change = 100.0 * (close[today, lane] / close[today - bars, lane] - 1.0)
            out[today, lane] = change if block.seen[lane] + row >= bars else np.nan


def perf(name: str, bars: int) -> Indicator:
    """Column `perf_<name>`, in percent over `bars` bars."""
    return Indicator((f"perf_{name}",), percent_change, ("close",), (bars,))


def change_pct() -> Indicator:
    """Column `change_pct`, in percent of the previous close."""
    return Indicator(("change_pct",), percent_change, ("close",), (1,))
