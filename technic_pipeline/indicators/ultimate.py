"""Ultimate oscillator (Williams, 1985)."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator
from technic_pipeline.indicators.lanes import lanes_of
from technic_pipeline.indicators.totals import total


def pressure(low, close, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """Buying pressure: close - min(low, previous close)."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            bottom, before = low[today, lane], close[today - 1, lane]
            out[today, lane] = close[today, lane] - (before if before < bottom else bottom)


def weighted_pressure(pressure, span, out, state, block, short):  # noqa: ARG001 - a kernel's form
    """100 * (4 a + 2 b + c) / 7, each the total of pressure over the total of true range.

    Of windows of `short`, twice and four times as many bars, put together from totals over `short`.
    As TA-Lib's ULTOSC: missing until `4 * short + 1` bars; a window without range counts 0.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        one, two, three = today - short, today - 2 * short, today - 3 * short
        for lane in lanes_of(block, row):
            bought, moved = pressure[today, lane], span[today, lane]
            value = 4.0 * (bought / moved) if moved >= TALIB_ZERO else 0.0
            bought += pressure[one, lane]
            moved += span[one, lane]
            value += 2.0 * (bought / moved) if moved >= TALIB_ZERO else 0.0
            bought += pressure[two, lane] + pressure[three, lane]
            moved += span[two, lane] + span[three, lane]
            value += bought / moved if moved >= TALIB_ZERO else 0.0
            known = block.seen[lane] + row >= 4 * short
            out[today, lane] = 100.0 * (value / 7.0) if known else np.nan


def ultimate_oscillator(short: int) -> tuple[Indicator, ...]:
    """Column `uo`, 0 to 100."""
    pressures = Indicator(
        ("buying_pressure",), pressure, ("low", "close"), stored=False, remembers=short - 1
    )
    totals = ("buying_pressure", "true_range")
    return (
        pressures,
        *(total(name, short, remembers=3 * short) for name in totals),
        Indicator(
            ("uo",), weighted_pressure, tuple(f"{name}_total_{short}" for name in totals), (short,)
        ),
    )
