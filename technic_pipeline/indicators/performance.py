"""Change of the price: over a number of bars, overnight, within the session, this year."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def percent_change(close, out, state, block, bars):  # noqa: ARG001 - a kernel's fixed form
    """100 * (close / close `bars` bars ago - 1); missing until `bars + 1` bars."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            change = 100.0 * (close[today, lane] / close[today - bars, lane] - 1.0)
            out[today, lane] = change if block.seen[lane] + row >= bars else np.nan


def percent_of_other(price, base, out, state, block, back):  # noqa: ARG001 - a kernel's fixed form
    """100 * (price / base - 1), the base `back` bars ago; missing where there is none."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = 100.0 * (price[today, lane] / base[today - back, lane] - 1.0)


def percent_this_year(close, year, out, state, block):
    """100 * (close / last close of the calendar year before - 1); missing where there is none.

    state[0] is that close.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            passed = year[today, lane] - year[today - 1, lane]
            carried = state[0, lane] if passed == 0.0 else np.nan
            state[0, lane] = close[today - 1, lane] if passed == 1.0 else carried
            out[today, lane] = 100.0 * (close[today, lane] / state[0, lane] - 1.0)


def perf(name: str, bars: int) -> Indicator:
    """Column `perf_<name>`, in percent over `bars` bars."""
    return Indicator((f"perf_{name}",), percent_change, ("close",), (bars,))


def change_pct() -> Indicator:
    """Column `change_pct`, in percent of the previous close."""
    return Indicator(("change_pct",), percent_change, ("close",), (1,))


def gap_pct() -> Indicator:
    """Column `gap_pct`: the open, in percent from the previous close."""
    return Indicator(("gap_pct",), percent_of_other, ("open", "close"), (1,))


def change_from_open_pct() -> Indicator:
    """Column `change_from_open_pct`: the close, in percent from the open."""
    return Indicator(("change_from_open_pct",), percent_of_other, ("close", "open"), (0,))


def perf_ytd() -> Indicator:
    """Column `perf_ytd`, in percent since the end of the calendar year before."""
    return Indicator(("perf_ytd",), percent_this_year, ("close", "year"), initial=(float("nan"),))
