"""The technical rating: 26 votes and their means.

TradingView's published rules (library version of 2024-11-29). Each vote is +1, -1 or 0, or missing
where a value that it looks at is; missing votes leave the mean. Votes are series of their own, not
stored: `technic explain` asks the engine for them.
"""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from technic_pipeline.indicators.ichimoku import DISPLACEMENT
from technic_pipeline.indicators.indicator import HISTORY, Indicator, Kernel
from technic_pipeline.indicators.lanes import lanes_of

AVERAGES = (
    *(f"{kind}_{window}" for kind in ("sma", "ema") for window in (10, 20, 30, 50, 100, 200)),
    "hma_9",
    "vwma_20",
)


@register_jitable
def ballot(buy, sell, known):
    """+1, -1 or 0; NaN where not known."""
    vote = 1.0 if buy else (-1.0 if sell else 0.0)
    return vote if known else np.nan


def above(value, level, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """Vote: value above, or below, level."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            gap = value[today, lane] - level[today, lane]
            out[today, lane] = ballot(gap > 0.0, gap < 0.0, not np.isnan(gap))


def cloud(close, conversion, base, lead_a, lead_b, out, state, block):  # noqa: ARG001 - a kernel's form
    """Vote on Ichimoku: cloud, base, conversion and close in rising, or falling, order."""
    for row in range(block.active.size):
        today = row + HISTORY
        then = today - DISPLACEMENT
        for lane in lanes_of(block, row):
            top, bottom = lead_a[then, lane], lead_b[then, lane]
            line, middle = conversion[today, lane], base[today, lane]
            price = close[today, lane]
            buy = top > bottom and middle > top and line > middle and price > line
            sell = top < bottom and middle < top and line < middle and price < line
            out[today, lane] = ballot(buy, sell, not np.isnan(bottom))


def turning(value, out, state, block, low, high):  # noqa: ARG001 - a kernel's fixed form
    """Vote: below `low` and rising, or above `high` and falling."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            now, before = value[today, lane], value[today - 1, lane]
            buy = now < low and now > before
            sell = now > high and now < before
            out[today, lane] = ballot(buy, sell, not np.isnan(now - before))


def crossing(fast, slow, out, state, block, low, high):  # noqa: ARG001 - a kernel's fixed form
    """Vote: both lines below `low` and the fast one above, or both above `high` and it below."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            k, d = fast[today, lane], slow[today, lane]
            buy = k < low and d < low and k > d
            sell = k > high and d > high and k < d
            out[today, lane] = ballot(buy, sell, not np.isnan(k - d))


def crossing_against_trend(close, trend, fast, slow, out, state, block, low, high):  # noqa: ARG001
    """Vote as `crossing`, a purchase only below the trend and a sale only above it."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            k, d = fast[today, lane], slow[today, lane]
            gap = close[today, lane] - trend[today, lane]
            buy = gap < 0.0 and k < low and d < low and k > d
            sell = gap > 0.0 and k > high and d > high and k < d
            out[today, lane] = ballot(buy, sell, not np.isnan(gap + k - d))


def strengthening(adx, plus, minus, out, state, block, least):  # noqa: ARG001 - a kernel's fixed form
    """Vote: ADX above `least` and rising, in the direction of the larger index."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            now, before = adx[today, lane], adx[today - 1, lane]
            gap = plus[today, lane] - minus[today, lane]
            strong = now > least and now > before
            known = not np.isnan(now - before)
            out[today, lane] = ballot(strong and gap > 0.0, strong and gap < 0.0, known)


def saucer(value, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """Vote: crosses zero upwards, or above it for two bars and rising after a fall; mirrored."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            now, one, two = value[today, lane], value[today - 1, lane], value[today - 2, lane]
            crosses_up = one <= 0.0 and now > 0.0
            crosses_down = one >= 0.0 and now < 0.0
            turns_up = now > 0.0 and one > 0.0 and now > one and two > one
            turns_down = now < 0.0 and one < 0.0 and now < one and two < one
            known = not np.isnan(now - one + two)
            out[today, lane] = ballot(crosses_up or turns_up, crosses_down or turns_down, known)


def rising(value, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """Vote: above, or below, the value of the bar before."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            gap = value[today, lane] - value[today - 1, lane]
            out[today, lane] = ballot(gap > 0.0, gap < 0.0, not np.isnan(gap))


def power(close, trend, bull, bear, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """Vote: above the trend with bears weak and tiring, or below it with bulls so."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            gap = close[today, lane] - trend[today, lane]
            bears, bulls = bear[today, lane], bull[today, lane]
            buy = gap > 0.0 and bears < 0.0 and bears > bear[today - 1, lane]
            sell = gap < 0.0 and bulls > 0.0 and bulls < bull[today - 1, lane]
            known = not np.isnan(gap + bear[today - 1, lane])
            out[today, lane] = ballot(buy, sell, known)


def beyond(value, out, state, block, low, high):  # noqa: ARG001 - a kernel's fixed form
    """Vote: above `high`, or below `low`."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            now = value[today, lane]
            out[today, lane] = ballot(now > high, now < low, not np.isnan(now))


def mean_of_present(*arguments):
    """Mean of those of the series read that are not missing; missing where all are.

    The arguments are, as for every kernel, the series read, the one written, state and block; here
    of any number.
    """
    out, block = arguments[-3], arguments[-1]
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            total = 0.0
            count = 0.0
            for series in arguments[:-3]:
                value = series[today, lane]
                total += 0.0 if np.isnan(value) else value
                count += 0.0 if np.isnan(value) else 1.0
            out[today, lane] = total / count if count > 0.0 else np.nan


def _vote(name: str, kernel: Kernel, reads: tuple[str, ...], *parameters: float) -> Indicator:
    return Indicator((f"vote_{name}",), kernel, reads, parameters, stored=False)


MOVING_AVERAGE_VOTES = (
    *(_vote(name, above, ("close", name)) for name in AVERAGES),
    _vote(
        "ichimoku",
        cloud,
        (
            "close",
            "ichimoku_conversion",
            "ichimoku_base",
            "ichimoku_lead_a",
            "ichimoku_lead_b",
        ),
    ),
)

OSCILLATOR_VOTES = (
    _vote("rsi", turning, ("rsi_14",), 30.0, 70.0),
    _vote("stoch", crossing, ("stoch_k", "stoch_d"), 20.0, 80.0),
    _vote("cci", turning, ("cci_20",), -100.0, 100.0),
    _vote("adx", strengthening, ("adx_14", "plus_di_14", "minus_di_14"), 20.0),
    _vote("ao", saucer, ("ao",)),
    _vote("mom", rising, ("mom_10",)),
    _vote("macd", above, ("macd", "macd_signal")),
    _vote(
        "stoch_rsi",
        crossing_against_trend,
        ("close", "ema_50", "stoch_rsi_k", "stoch_rsi_d"),
        20.0,
        80.0,
    ),
    _vote("willr", turning, ("willr_14",), -80.0, -20.0),
    _vote("power", power, ("close", "ema_50", "bull_power_13", "bear_power_13")),
    _vote("uo", beyond, ("uo",), 30.0, 70.0),
)


def rating() -> tuple[Indicator, ...]:
    """Columns `ma_rating`, `osc_rating` and `tech_rating`, -1 to 1, below the votes.

    Means of the 15 votes on averages, of the 11 on oscillators, and of those two means, or the one
    that exists.
    """
    return (
        *MOVING_AVERAGE_VOTES,
        *OSCILLATOR_VOTES,
        _mean("ma_rating", tuple(vote.columns[0] for vote in MOVING_AVERAGE_VOTES)),
        _mean("osc_rating", tuple(vote.columns[0] for vote in OSCILLATOR_VOTES)),
        _mean("tech_rating", ("ma_rating", "osc_rating")),
    )


def _mean(name: str, of: tuple[str, ...]) -> Indicator:
    return Indicator((name,), mean_of_present, of)
