"""Volume signed by the price's move: on-balance volume, money flow index, Chaikin's money flow."""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator
from technic_pipeline.indicators.lanes import lanes_of
from technic_pipeline.indicators.totals import ratio_of_totals, total


def on_balance(close, volume, out, state, block):
    """Volume added up by the sign of the close's change, as TA-Lib's OBV.

    The first bar's whole volume begins it. state[0] is the sum so far.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            rises = close[today, lane] > close[today - 1, lane] or block.seen[lane] + row == 0
            falls = close[today, lane] < close[today - 1, lane]
            signed = volume[today, lane] if rises else (-volume[today, lane] if falls else 0.0)
            state[0, lane] += signed
            out[today, lane] = state[0, lane]


def signed_flow(price, volume, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """Typical price * volume of a bar, negative if the price fell, 0 if it did not move.

    A change within rounding is none, and so is that to the first bar.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            now, before = price[today, lane], price[today - 1, lane]
            moved = abs(now - before) > TALIB_ZERO * (abs(now) + abs(before))
            flow = now * volume[today, lane]
            out[today, lane] = (flow if now > before else -flow) if moved else 0.0


@register_jitable
def positive(value):
    """The value where it is above zero; 0 where it is not, or is missing."""
    return value if value > 0.0 else 0.0


def flow_index(flow, out, state, block, window):
    """100 * rising / (rising + falling) money flow of the last `window` changes, as TA-Lib's MFI.

    Missing until `window + 1` bars; a window without any flow gives 0. state: running totals of
    both, and how many bars in a row had no flow, since after a whole window of such bars the totals
    hold nothing but rounding.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        old = today - window
        # One step a loop: LLVM checks whether what a loop writes overlaps what it reads, and where
        # that is much, does not find a few lanes worth the checks.
        lanes = lanes_of(block, row)
        for lane in lanes:
            idle = flow[today, lane] == 0.0 and block.seen[lane] + row > 0
            state[2, lane] = state[2, lane] + 1.0 if idle else 0.0
        for lane in lanes:
            total = state[0, lane] - positive(flow[old, lane])
            total += positive(flow[today, lane])
            state[0, lane] = total if state[2, lane] < window else 0.0
        for lane in lanes:
            total = state[1, lane] - positive(-flow[old, lane])
            total += positive(-flow[today, lane])
            state[1, lane] = total if state[2, lane] < window else 0.0
        for lane in lanes:
            total = state[0, lane] + state[1, lane]
            kept = positive(state[0, lane])
            kept = total if kept > total else kept
            value = 100.0 * (kept / total) if total > 0.0 else 0.0
            out[today, lane] = value if block.seen[lane] + row >= window else np.nan


def placed_volume(high, low, close, volume, out, state, block):  # noqa: ARG001 - a kernel's form
    """volume * ((close - low) - (high - close)) / (high - low); 0 on a bar without range."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            top, bottom, price = high[today, lane], low[today, lane], close[today, lane]
            place = ((price - bottom) - (top - price)) / (top - bottom)
            out[today, lane] = volume[today, lane] * place if top > bottom else 0.0


def obv() -> Indicator:
    """Column `obv`, in shares, from the symbol's first stored bar."""
    return Indicator(("obv",), on_balance, ("close", "volume"), initial=(0.0,))


def mfi(window: int) -> tuple[Indicator, ...]:
    """Column `mfi_<window>`, 0 to 100."""
    return (
        Indicator(
            ("money_flow",),
            signed_flow,
            ("typical_price", "volume"),
            stored=False,
            remembers=window,
        ),
        Indicator(
            (f"mfi_{window}",), flow_index, ("money_flow",), (window,), initial=(0.0, 0.0, 0.0)
        ),
    )


def cmf(window: int) -> tuple[Indicator, ...]:
    """Column `cmf_<window>` (Chaikin), -1 to 1; missing without volume."""
    return (
        Indicator(
            ("placed_volume",),
            placed_volume,
            ("high", "low", "close", "volume"),
            stored=False,
            remembers=window - 1,
        ),
        total("placed_volume", window),
        Indicator(
            (f"cmf_{window}",),
            ratio_of_totals,
            (f"placed_volume_total_{window}", f"volume_total_{window}"),
        ),
    )
