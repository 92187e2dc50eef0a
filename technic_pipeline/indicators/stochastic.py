"""Where the close stands in its recent range: stochastic, Williams %R, stochastic RSI."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.extremes import high_of, low_of
from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator
from technic_pipeline.indicators.lanes import lanes_of

SMOOTHING = 3


def place_in_range(value, low, high, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """100 * (value - low) / (high - low); a range of zero gives 0, as TA-Lib's STOCH does."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            hundredth = (high[today, lane] - low[today, lane]) / 100.0
            place = (value[today, lane] - low[today, lane]) / hundredth
            out[today, lane] = 0.0 if hundredth == 0.0 else place


def smoothed_twice(fast, slow, signal, state, block, warm_up):
    """Means of three: `slow` of `fast`, `signal` of `slow`; both missing before bar `warm_up`.

    state: the means of the two bars before, the older first.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        lanes = lanes_of(block, row)
        for lane in lanes:
            total = fast[today - 2, lane] + fast[today - 1, lane] + fast[today, lane]
            slow[today, lane] = total / SMOOTHING
        for lane in lanes:
            two, one, now = state[0, lane], state[1, lane], slow[today, lane]
            known = block.seen[lane] + row >= warm_up
            slow[today, lane] = now if known else np.nan
            signal[today, lane] = (two + one + now) / SMOOTHING if known else np.nan
            state[0, lane] = one
            state[1, lane] = now


def below_high(close, low, high, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """-100 * (high - close) / (high - low); a range of zero gives 0, as TA-Lib's WILLR does."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            hundredth = (high[today, lane] - low[today, lane]) / -100.0
            place = (high[today, lane] - close[today, lane]) / hundredth
            out[today, lane] = 0.0 if hundredth == 0.0 else place


def place_in_own_range(value, lowest, highest, out, state, block):  # noqa: ARG001 - a kernel's form
    """100 * (value - lowest) / (highest - lowest).

    Missing where the range is zero, up to rounding, which is all that an unmoved RSI has.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            low, high = lowest[today, lane], highest[today, lane]
            span = high - low
            moved = span > TALIB_ZERO * (abs(high) + abs(low))
            place = 100.0 * (value[today, lane] - low) / span
            out[today, lane] = place if moved else np.nan


def stochastic(window: int) -> tuple[Indicator, ...]:
    """Columns `stoch_k` and `stoch_d`, 0 to 100: TA-Lib's STOCH with simple averages of three.

    Missing until `window + 4` bars, both: TA-Lib gives K only where it can give D.
    """
    reads = ("close", f"low_{window}", f"high_{window}")
    fast = Indicator(("stoch_fast",), place_in_range, reads, stored=False, remembers=SMOOTHING - 1)
    return fast, _smoothed_twice("stoch", window - 1 + 2 * (SMOOTHING - 1))


def willr(window: int) -> Indicator:
    """Column `willr_<window>`, -100 to 0; missing until `window` bars."""
    reads = ("close", f"low_{window}", f"high_{window}")
    return Indicator((f"willr_{window}",), below_high, reads, remembers=1)


def stochastic_rsi(window: int) -> tuple[Indicator, ...]:
    """Columns `stoch_rsi_k` and `stoch_rsi_d`, 0 to 100: the stochastic of `window` values of RSI.

    K is the mean of three, D the mean of three K; missing until `2 * window + 2` and
    `2 * window + 4` bars, and while a range that they need is zero.
    """
    rsi = f"rsi_{window}"
    return (
        low_of(rsi, window, rsi, stored=False),
        high_of(rsi, window, rsi, stored=False),
        Indicator(
            ("stoch_rsi_fast",),
            place_in_own_range,
            (rsi, f"low_{rsi}", f"high_{rsi}"),
            stored=False,
            remembers=SMOOTHING - 1,
        ),
        _smoothed_twice("stoch_rsi", 0),
    )


def _smoothed_twice(name: str, warm_up: int) -> Indicator:
    return Indicator(
        (f"{name}_k", f"{name}_d"),
        smoothed_twice,
        (f"{name}_fast",),
        (warm_up,),
        initial=(float("nan"), float("nan")),
    )
