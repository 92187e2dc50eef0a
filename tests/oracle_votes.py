"""The 26 votes of the technical rating, by TradingView's published rules.

Numbers are compared with a margin: two that lie closer leave a comparison open, and a vote that
hangs on it may be more than one of +1, 0 and -1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from oracle_agreement import tolerance
from oracle_formulas import value
from oracle_series import Series
from oracle_talib import AVERAGE_BARS


class Truth(IntEnum):
    """Whether a condition holds: of several, all hold as the least does, any as the most."""

    NO = 0
    OPEN = 1
    YES = 2


@dataclass(frozen=True)
class Reading:
    """A number, and how far a number that agrees with it may lie from it."""

    number: float
    margin: float = 0.0


def above(left: Reading, right: Reading | float) -> Truth:
    """Return whether left > right for every pair within the margins, for none, or for some."""
    other = right if isinstance(right, Reading) else Reading(right)
    excess, margin = left.number - other.number, left.margin + other.margin
    if excess > margin:
        return Truth.YES
    return Truth.NO if excess <= -margin else Truth.OPEN


def below(left: Reading, right: Reading | float) -> Truth:
    """Return whether left < right for every pair within the margins, for none, or for some."""
    other = right if isinstance(right, Reading) else Reading(right)
    return above(other, left)


def _opposite(truth: Truth) -> Truth:
    return Truth(Truth.YES - truth)


# When to buy and when to sell.
Decision = tuple[Truth, Truth]


@dataclass(frozen=True)
class Rule:
    """A vote: what it reads, as columns and `column[bars ago]`, and what it makes of them."""

    sources: tuple[str, ...]
    decide: Callable[..., Decision]


def _average(close: Reading, average: Reading) -> Decision:
    return above(close, average), below(close, average)


def _cloud(
    close: Reading, conversion: Reading, base: Reading, lead_a: Reading, lead_b: Reading
) -> Decision:
    order = [(lead_a, lead_b), (base, lead_a), (conversion, base), (close, conversion)]
    return min(above(*pair) for pair in order), min(below(*pair) for pair in order)


def _turning(low: float, high: float) -> Callable[[Reading, Reading], Decision]:
    def decide(now: Reading, before: Reading) -> Decision:
        buy = min(below(now, low), above(now, before))
        sell = min(above(now, high), below(now, before))
        return buy, sell

    return decide


def _stochastic(k: Reading, d: Reading) -> Decision:
    buy = min(below(k, 20), below(d, 20), above(k, d))
    sell = min(above(k, 80), above(d, 80), below(k, d))
    return buy, sell


def _stochastic_against_trend(close: Reading, trend: Reading, k: Reading, d: Reading) -> Decision:
    buy, sell = _stochastic(k, d)
    return min(below(close, trend), buy), min(above(close, trend), sell)


def _directional(now: Reading, before: Reading, plus: Reading, minus: Reading) -> Decision:
    strong = min(above(now, 20), above(now, before))
    return min(strong, above(plus, minus)), min(strong, below(plus, minus))


def _awesome(now: Reading, before: Reading, earlier: Reading) -> Decision:
    crosses_up = min(_opposite(above(before, 0)), above(now, 0))
    crosses_down = min(_opposite(below(before, 0)), below(now, 0))
    turns_up = min(above(now, 0), above(before, 0), above(now, before), above(earlier, before))
    turns_down = min(below(now, 0), below(before, 0), below(now, before), below(earlier, before))
    return max(crosses_up, turns_up), max(crosses_down, turns_down)


def _greater(left: Reading, right: Reading) -> Decision:
    return above(left, right), below(left, right)


def _powers(
    close: Reading,
    trend: Reading,
    bear: Reading,
    bear_before: Reading,
    bull: Reading,
    bull_before: Reading,
) -> Decision:
    buy = min(above(close, trend), below(bear, 0), above(bear, bear_before))
    sell = min(below(close, trend), above(bull, 0), below(bull, bull_before))
    return buy, sell


def _ultimate(now: Reading) -> Decision:
    return above(now, 70), below(now, 30)


AVERAGES: Final = (
    *(f"{kind}_{count}" for kind in ("sma", "ema") for count in AVERAGE_BARS),
    "hma_9",
    "vwma_20",
)
LEADS: Final = ("ichimoku_lead_a[26]", "ichimoku_lead_b[26]")
POWERS: Final = ("bear_power_13", "bear_power_13[1]", "bull_power_13", "bull_power_13[1]")
MA_RULES: Final[dict[str, Rule]] = {
    **{column: Rule(("close", column), _average) for column in AVERAGES},
    "ichimoku": Rule(("close", "ichimoku_conversion", "ichimoku_base", *LEADS), _cloud),
}
OSC_RULES: Final[dict[str, Rule]] = {
    "rsi_14": Rule(("rsi_14", "rsi_14[1]"), _turning(30, 70)),
    "stoch": Rule(("stoch_k", "stoch_d"), _stochastic),
    "cci_20": Rule(("cci_20", "cci_20[1]"), _turning(-100, 100)),
    "adx_14": Rule(("adx_14", "adx_14[1]", "plus_di_14", "minus_di_14"), _directional),
    "ao": Rule(("ao", "ao[1]", "ao[2]"), _awesome),
    "mom_10": Rule(("mom_10", "mom_10[1]"), _greater),
    "macd": Rule(("macd", "macd_signal"), _greater),
    "stoch_rsi": Rule(("close", "ema_50", "stoch_rsi_k", "stoch_rsi_d"), _stochastic_against_trend),
    "willr_14": Rule(("willr_14", "willr_14[1]"), _turning(-80, -20)),
    "bull_bear_power": Rule(("close", "ema_50", *POWERS), _powers),
    "uo": Rule(("uo",), _ultimate),
}


def _read(source: str, series: Series, with_margin: bool) -> Reading | None:
    column, _, ago = source.removesuffix("]").partition("[")
    close = float(series.close[-1])
    if column == "close":
        return Reading(close)
    number = value(column, series.ago(int(ago or 0)))
    if number is None:
        return None
    return Reading(number, tolerance(column, number, close) if with_margin else 0.0)


def possible_votes(rule: Rule, series: Series, with_margin: bool) -> frozenset[int]:
    """Return what the last bar's vote may be; empty where it is missing.

    Without margins it is one vote; with them, all that values which agree with ours can give.
    """
    readings = [_read(source, series, with_margin) for source in rule.sources]
    if any(reading is None for reading in readings):
        return frozenset()
    buy, sell = rule.decide(*readings)
    if Truth.YES in (buy, sell):
        return frozenset([1 if buy == Truth.YES else -1])
    open_votes = [vote for vote, truth in ((1, buy), (-1, sell)) if truth == Truth.OPEN]
    return frozenset([0, *open_votes])
