"""Why a symbol is not in a table, in words and with the numbers that decided."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """Its bound in the definition, the value that it judged, how that is written, the sentence."""

    bound: str | None
    value: str | None
    written: str
    sentence: str


RULES = {
    "no_bar": Rule(None, "last_session", "", "no bar in this session; its last one was on {value}"),
    "type": Rule("types", "type", "", "its type is {value}; the scan takes {bound}"),
    "price": Rule("min_price", "close", "", "it closed at {value}; the scan asks for {bound}"),
    "liquidity": Rule(
        "min_dollar_volume_20",
        "dollar_volume_20",
        ",.0f",
        "it traded {value} a session over 20 bars; the scan asks for {bound:,.0f}",
    ),
    "history": Rule("min_bars", "bars", ".0f", "it has {value} bars; the scan asks for {bound}"),
    "unexplained_jump": Rule(
        "jump_bars",
        "bars_since_jump",
        ".0f",
        "an unexplained price jump {value} bars ago; the scan looks back {bound}",
    ),
    "market_cap": Rule(
        "min_market_cap",
        "market_cap",
        ",.0f",
        "its market capitalization is {value}; the scan asks for {bound:,.0f}",
    ),
    "no_score": Rule(None, None, "", "none of the scan's components has a value"),
}
NOT_ABOVE = "not_above_"
ABSENT = "no_"


def sentence_of(reason: str | None, rules: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """One sentence for a reason code; None is a symbol outside the population.

    A fact that is missing, or that is not among the facts, is called unknown.
    """
    if reason is None:
        return "not in the population: no bar in the 20 sessions up to this one"
    head = f"left out by rule '{reason}': "
    if reason in RULES:
        rule = RULES[reason]
        value = _written(facts.get(rule.value or ""), rule.written)
        return head + rule.sentence.format(value=value, bound=_bound(rules, rule.bound))
    if reason.startswith(NOT_ABOVE):
        column = reason.removeprefix(NOT_ABOVE)
        close, level = (_written(facts.get(name), ",.4f") for name in ("close", column))
        return head + f"it closed at {close}; its {column} is {level}"
    return head + f"it has no {reason.removeprefix(ABSENT)}"


def _written(value: Any, form: str) -> str:
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "unknown" if missing else format(value, form)


def _bound(rules: Mapping[str, Any], name: str | None) -> Any:
    bound = rules.get(name) if name else None
    if isinstance(bound, list | tuple):
        return ", ".join(bound) or "any that is known"
    return bound
