"""Volume signed by the price's move: on-balance volume, money flow index, Chaikin's money flow."""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator


def on_balance(close, volume, out, state, block):
    """Volume added up by the sign of the close's change, as TA-Lib's OBV.

    The first bar's whole volume begins it. state[0] is the sum so far.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            rises = close[today, lane] > close[today - 1, lane] or block.seen[lane] + row == 0
            falls = close[today, lane] < close[today - 1, lane]
            signed = volume[today, lane] if rises else (-volume[today, lane] if falls else 0.0)
            state[0, lane] += signed
            out[today, lane] = state[0, lane]


@register_jitable
def signed_flow(price, volume, at, lane):
    """Typical price * volume of a bar, negative if the price fell, 0 if it did not move."""
    now, before = price[at, lane], price[at - 1, lane]
    moved = abs(now - before) > TALIB_ZERO * (abs(now) + abs(before))
    flow = now * volume[at, lane]
    return (flow if now > before else -flow) if moved else 0.0


def flow_index(price, volume, out, state, block, window):
    """100 * rising / (rising + falling) money flow of the last `window` changes, as TA-Lib's MFI.

    Money flow is typical price * volume, by the sign of the typical price's change; a change within
    rounding is none. Missing until `window + 1` bars; a window without any flow gives 0. state:
    running totals of both, and how many bars in a row had no flow, since after a whole window of
    such bars the totals hold nothing but rounding.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        old = today - window
        for lane in range(block.first, min(block.last, block.active[row])):
            index = block.seen[lane] + row
            flow = signed_flow(price, volume, old, lane)
            leaving = flow if index > window else 0.0
            rising = state[0, lane] - (leaving if leaving > 0.0 else 0.0)
            falling = state[1, lane] + (leaving if leaving < 0.0 else 0.0)
            flow = signed_flow(price, volume, today, lane) if index > 0 else 0.0
            rising += flow if flow > 0.0 else 0.0
            falling -= flow if flow < 0.0 else 0.0
            idle = state[2, lane] + 1.0 if flow == 0.0 and index > 0 else 0.0
            rising = 0.0 if idle >= window else rising
            falling = 0.0 if idle >= window else falling
            state[0, lane] = rising
            state[1, lane] = falling
            state[2, lane] = idle
            total = rising + falling
            kept = rising if rising > 0.0 else 0.0
            kept = total if kept > total else kept
            value = 100.0 * (kept / total) if total > 0.0 else 0.0
            out[today, lane] = value if index >= window else np.nan


def flow_share(high, low, close, volume, out, state, block, window):  # noqa: ARG001 - a kernel's form
    """Sum of volume * ((close - low) - (high - close)) / (high - low) over the sum of volume.

    A bar without range counts 0. Missing until `window` bars, and without any volume.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            flow = 0.0
            total = 0.0
            for back in range(window - 1, -1, -1):
                at = today - back
                span = high[at, lane] - low[at, lane]
                place = (close[at, lane] - low[at, lane]) - (high[at, lane] - close[at, lane])
                flow += volume[at, lane] * (place / span) if span > 0.0 else 0.0
                total += volume[at, lane]
            known = block.seen[lane] + row >= window - 1 and total > 0.0
            out[today, lane] = flow / total if known else np.nan


def obv() -> Indicator:
    """Column `obv`, in shares, from the symbol's first stored bar."""
    return Indicator(("obv",), on_balance, ("close", "volume"), initial=(0.0,))


def mfi(window: int) -> Indicator:
    """Column `mfi_<window>`, 0 to 100."""
    return Indicator(
        (f"mfi_{window}",),
        flow_index,
        ("typical_price", "volume"),
        (window,),
        initial=(0.0, 0.0, 0.0),
    )


def cmf(window: int) -> Indicator:
    """Column `cmf_<window>`, -1 to 1."""
    return Indicator((f"cmf_{window}",), flow_share, ("high", "low", "close", "volume"), (window,))
