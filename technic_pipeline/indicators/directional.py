"""Directional movement (Wilder, 1978): +DI, -DI and ADX."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def movements(high, low, rises, falls, state, block):  # noqa: ARG001 - a kernel's fixed form
    """How far the high rose, or the low fell, whichever is more; 0 for the other."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            rise = high[today, lane] - high[today - 1, lane]
            fall = low[today - 1, lane] - low[today, lane]
            rises[today, lane] = rise if rise > 0.0 and rise > fall else 0.0
            falls[today, lane] = fall if fall > 0.0 and fall > rise else 0.0


def smoothed_total(series, out, state, block, window):
    """Wilder's total: a `window`-th of it leaves as today's value enters.

    The first bar has no change; the sum of the next `window - 1` seeds it. state[0] is the total.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            index = block.seen[lane] + row
            kept = state[0, lane]
            total = kept - (kept / window if index >= window else 0.0)
            total += series[today, lane] if index > 0 else 0.0
            state[0, lane] = total
            out[today, lane] = total


def indexes(rises, falls, span, plus, minus, state, block, window):  # noqa: ARG001 - a kernel's form
    """The two movements in percent of the true range, as TA-Lib's PLUS_DI and MINUS_DI.

    Missing until `window + 1` bars; over a true range of zero they are 0.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = span[today, lane]
            up = 100.0 * (rises[today, lane] / total) if total >= TALIB_ZERO else 0.0
            down = 100.0 * (falls[today, lane] / total) if total >= TALIB_ZERO else 0.0
            known = block.seen[lane] + row >= window
            plus[today, lane] = up if known else np.nan
            minus[today, lane] = down if known else np.nan


def directional_average(plus, minus, out, state, block, window):
    """100 * |minus - plus| / (minus + plus), smoothed as Wilder did, as TA-Lib's ADX.

    The mean of the first `window` values seeds it, so it is missing until `2 * window` bars. A bar
    without a value, both indexes being 0, leaves it as it was. state[0] is the average, before its
    seed the total.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            index = block.seen[lane] + row
            both = plus[today, lane] + minus[today, lane]
            known = both >= TALIB_ZERO
            dx = 100.0 * (abs(minus[today, lane] - plus[today, lane]) / both)
            kept = state[0, lane]
            seeding = kept + (dx if known else 0.0)
            seeding = seeding / window if index == 2 * window - 1 else seeding
            smoothed = (kept * (window - 1) + dx) / window if known else kept
            average = smoothed if index >= 2 * window else seeding
            state[0, lane] = average
            out[today, lane] = average if index >= 2 * window - 1 else np.nan


def directional(window: int) -> tuple[Indicator, ...]:
    """Columns `plus_di_<window>`, `minus_di_<window>` and `adx_<window>`, 0 to 100."""
    plus, minus = f"plus_di_{window}", f"minus_di_{window}"
    moves = ("plus_dm", "minus_dm", "true_range")
    totals = tuple(f"{name}_smoothed_{window}" for name in moves)
    return (
        Indicator(moves[:2], movements, ("high", "low"), stored=False),
        *(
            Indicator((smooth,), smoothed_total, (move,), (window,), (0.0,), stored=False)
            for smooth, move in zip(totals, moves, strict=True)
        ),
        Indicator((plus, minus), indexes, totals, (window,)),
        Indicator(
            (f"adx_{window}",), directional_average, (plus, minus), (window,), (0.0,), remembers=1
        ),
    )
