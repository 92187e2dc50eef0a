"""Where the close stands in its recent range: stochastic, Williams %R, stochastic RSI."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator

SMOOTHING = 3


def place_in_range(value, low, high, out, state, block, lookback):  # noqa: ARG001 - a kernel's form
    """100 * (value - low) / (high - low) of every new bar and of `lookback` bars before them.

    A range of zero gives 0, as TA-Lib's STOCH does.
    """
    for row in range(HISTORY - lookback, HISTORY + block.active.size):
        for lane in range(block.first, block.last):
            hundredth = (high[row, lane] - low[row, lane]) / 100.0
            place = (value[row, lane] - low[row, lane]) / hundredth
            out[row, lane] = 0.0 if hundredth == 0.0 else place


def smoothed_twice(fast, slow, signal, state, block, warm_up):  # noqa: ARG001 - a kernel's form
    """Means of three: `slow` of `fast`, `signal` of `slow`; both missing before bar `warm_up`."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            now = (fast[today - 2, lane] + fast[today - 1, lane] + fast[today, lane]) / SMOOTHING
            one = (
                fast[today - 3, lane] + fast[today - 2, lane] + fast[today - 1, lane]
            ) / SMOOTHING
            two = (
                fast[today - 4, lane] + fast[today - 3, lane] + fast[today - 2, lane]
            ) / SMOOTHING
            known = block.seen[lane] + row >= warm_up
            slow[today, lane] = now if known else np.nan
            signal[today, lane] = (two + one + now) / SMOOTHING if known else np.nan


def below_high(close, low, high, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """-100 * (high - close) / (high - low); a range of zero gives 0, as TA-Lib's WILLR does."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            hundredth = (high[today, lane] - low[today, lane]) / -100.0
            place = (high[today, lane] - close[today, lane]) / hundredth
            out[today, lane] = 0.0 if hundredth == 0.0 else place


def place_in_own_range(value, out, state, block, window, lookback):  # noqa: ARG001 - a kernel's form
    """100 * (value - lowest) / (highest - lowest) over `window` values of the series itself.

    For every new bar and for `lookback` bars before them; missing where the range is zero, up to
    rounding, which is all that an unmoved RSI has.
    """
    for row in range(HISTORY - lookback, HISTORY + block.active.size):
        for lane in range(block.first, block.last):
            lowest = value[row, lane]
            highest = value[row, lane]
            known = not np.isnan(value[row - window + 1, lane])
            for back in range(1, window):
                earlier = value[row - back, lane]
                lowest = earlier if earlier < lowest else lowest
                highest = earlier if earlier > highest else highest
            span = highest - lowest
            moved = span > TALIB_ZERO * (abs(highest) + abs(lowest))
            place = 100.0 * (value[row, lane] - lowest) / span
            out[row, lane] = place if known and moved else np.nan


def stochastic(window: int) -> tuple[Indicator, ...]:
    """Columns `stoch_k` and `stoch_d`, 0 to 100: TA-Lib's STOCH with simple averages of three.

    Missing until `window + 4` bars, both: TA-Lib gives K only where it can give D.
    """
    lookback = 2 * (SMOOTHING - 1)
    return (
        Indicator(
            ("stoch_fast",),
            place_in_range,
            ("close", f"low_{window}", f"high_{window}"),
            (lookback,),
            stored=False,
        ),
        Indicator(
            ("stoch_k", "stoch_d"), smoothed_twice, ("stoch_fast",), (window - 1 + lookback,)
        ),
    )


def willr(window: int) -> Indicator:
    """Column `willr_<window>`, -100 to 0; missing until `window` bars."""
    reads = ("close", f"low_{window}", f"high_{window}")
    return Indicator((f"willr_{window}",), below_high, reads, remembers=1)


def stochastic_rsi(window: int) -> tuple[Indicator, ...]:
    """Columns `stoch_rsi_k` and `stoch_rsi_d`, 0 to 100: the stochastic of `window` values of RSI.

    K is the mean of three, D the mean of three K; missing until `2 * window + 2` and
    `2 * window + 4` bars, and while a range that they need is zero.
    """
    lookback = 2 * (SMOOTHING - 1)
    return (
        Indicator(
            ("stoch_rsi_fast",),
            place_in_own_range,
            (f"rsi_{window}",),
            (window, lookback),
            stored=False,
        ),
        Indicator(
            ("stoch_rsi_k", "stoch_rsi_d"),
            smoothed_twice,
            ("stoch_rsi_fast",),
            (0,),
        ),
    )
