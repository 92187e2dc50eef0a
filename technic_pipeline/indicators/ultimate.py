"""Ultimate oscillator (Williams, 1985)."""

from __future__ import annotations

import numpy as np

from technic_pipeline.indicators.indicator import HISTORY, TALIB_ZERO, Indicator


def pressure(low, close, out, state, block, lookback):  # noqa: ARG001 - a kernel's fixed form
    """Buying pressure: close - min(low, previous close), of new bars and `lookback` before them."""
    for row in range(HISTORY - lookback, HISTORY + block.active.size):
        for lane in range(block.first, block.last):
            bottom = low[row, lane]
            before = close[row - 1, lane]
            out[row, lane] = close[row, lane] - (before if before < bottom else bottom)


def reach(high, low, close, out, state, block, lookback):  # noqa: ARG001 - a kernel's fixed form
    """True range of new bars and of `lookback` bars before them."""
    for row in range(HISTORY - lookback, HISTORY + block.active.size):
        for lane in range(block.first, block.last):
            before = close[row - 1, lane]
            span = high[row, lane] - low[row, lane]
            up = abs(before - high[row, lane])
            down = abs(before - low[row, lane])
            span = up if up > span else span
            out[row, lane] = down if down > span else span


def weighted_pressure(pressure, span, out, state, block, short, middle, long):  # noqa: ARG001 - a kernel's form
    """100 * (4 a + 2 b + c) / 7, each the sum of pressure over the sum of true range of a window.

    As TA-Lib's ULTOSC: missing until `long + 1` bars; a window without range counts 0.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in range(block.first, min(block.last, block.active[row])):
            bought = 0.0
            moved = 0.0
            value = 0.0
            for back in range(long):
                bought += pressure[today - back, lane]
                moved += span[today - back, lane]
                share = bought / moved if moved >= TALIB_ZERO else 0.0
                value += 4.0 * share if back == short - 1 else 0.0
                value += 2.0 * share if back == middle - 1 else 0.0
                value += share if back == long - 1 else 0.0
            out[today, lane] = 100.0 * (value / 7.0) if block.seen[lane] + row >= long else np.nan


def ultimate_oscillator(short: int, middle: int, long: int) -> tuple[Indicator, ...]:
    """Column `uo`, 0 to 100."""
    return (
        Indicator(("buying_pressure",), pressure, ("low", "close"), (long,), stored=False),
        Indicator(("true_range",), reach, ("high", "low", "close"), (long,), stored=False),
        Indicator(
            ("uo",), weighted_pressure, ("buying_pressure", "true_range"), (short, middle, long)
        ),
    )
