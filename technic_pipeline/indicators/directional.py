"""Directional movement (Wilder, 1978): +DI, -DI and ADX."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator


def directional_movement(high, low, close, plus, minus, adx, state, block, window):
    """Wilder's movements and true range, smoothed as TA-Lib's PLUS_DI, MINUS_DI and ADX do.

    The sums of the first `window - 1` changes seed them, so the two indexes are missing until
    `window + 1` bars; the mean of the first `window` values of DX seeds ADX, missing until
    `2 * window` bars. Over a true range of zero the indexes are 0; a DX without a value leaves ADX
    as it was. state: +DM, -DM, true range, and ADX (before its seed, the total of DX).
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            index = block.seen[lane] + row
            before = close[today - 1, lane]
            rise = high[today, lane] - high[today - 1, lane]
            fall = low[today - 1, lane] - low[today, lane]
            span = high[today, lane] - low[today, lane]
            reach = abs(high[today, lane] - before)
            span = reach if reach > span else span
            reach = abs(low[today, lane] - before)
            span = reach if reach > span else span
            smooth = index >= window
            plus_dm = state[0, lane] - (state[0, lane] / window if smooth else 0.0)
            minus_dm = state[1, lane] - (state[1, lane] / window if smooth else 0.0)
            total = state[2, lane] - (state[2, lane] / window if smooth else 0.0)
            plus_dm += rise if rise > 0.0 and rise > fall else 0.0
            minus_dm += fall if fall > 0.0 and fall > rise else 0.0
            total += span if index > 0 else 0.0
            moved = total >= TALIB_ZERO
            up = 100.0 * (plus_dm / total) if moved else 0.0
            down = 100.0 * (minus_dm / total) if moved else 0.0
            both = up + down
            known = smooth and moved and both >= TALIB_ZERO
            dx = 100.0 * (abs(down - up) / both)
            kept = state[3, lane]
            seeding = kept + (dx if known else 0.0)
            seeding = seeding / window if index == 2 * window - 1 else seeding
            smoothed = (kept * (window - 1) + dx) / window if known else kept
            state[0, lane] = plus_dm
            state[1, lane] = minus_dm
            state[2, lane] = total
            state[3, lane] = smoothed if index >= 2 * window else seeding
            plus[today, lane] = up if smooth else np.nan
            minus[today, lane] = down if smooth else np.nan
            adx[today, lane] = state[3, lane] if index >= 2 * window - 1 else np.nan


def directional(window: int) -> Indicator:
    """Columns `plus_di_<window>`, `minus_di_<window>` and `adx_<window>`, 0 to 100."""
    columns = (f"plus_di_{window}", f"minus_di_{window}", f"adx_{window}")
    return Indicator(
        columns,
        directional_movement,
        ("high", "low", "close"),
        (window,),
        initial=(0.0, 0.0, 0.0, 0.0),
        remembers=1,
    )
