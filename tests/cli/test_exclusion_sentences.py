"""Why someone is not in a table, in a sentence that a person can check."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from technic_pipeline.cli.exclusion import RULES, sentence_of

NAN = math.nan
RULES_OF_THE_SCAN: dict[str, Any] = {
    "types": ["CS", "ADRC"],
    "min_price": 1.0,
    "min_dollar_volume_20": 250_000.0,
    "min_bars": 60,
    "jump_bars": 252,
    "min_market_cap": 1e9,
}
CASES = {
    "no_bar": (
        {"last_session": date(2016, 12, 29)},
        "no bar in this session; its last one was on 2016-12-29",
    ),
    "type": ({"type": "ETF"}, "its type is ETF; the scan takes CS, ADRC"),
    "price": ({"close": 0.87}, "it closed at 0.87; the scan asks for 1.0"),
    "liquidity": (
        {"dollar_volume_20": 12_345.6},
        "it traded 12,346 a session over 20 bars; the scan asks for 250,000",
    ),
    "history": ({"bars": 12.0}, "it has 12 bars; the scan asks for 60"),
    "unexplained_jump": (
        {"bars_since_jump": 3.0},
        "an unexplained price jump 3 bars ago; the scan looks back 252",
    ),
    "market_cap": (
        {"market_cap": 5e8},
        "its market capitalization is 500,000,000; the scan asks for 1,000,000,000",
    ),
    "no_score": ({}, "none of the scan's components has a value"),
    "not_above_sma_200": (
        {"close": 9.5, "sma_200": 1010.25},
        "it closed at 9.5000; its sma_200 is 1,010.2500",
    ),
    "no_fundamental_score": ({"fundamental_score": NAN}, "it has no fundamental_score"),
}


def test_every_rule_has_a_case() -> None:
    assert set(RULES) < set(CASES)


@pytest.mark.parametrize("reason", CASES)
def test_a_reason_is_told_with_the_numbers_that_decided(reason: str) -> None:
    facts, sentence = CASES[reason]
    said = sentence_of(reason, RULES_OF_THE_SCAN, facts)
    assert said == f"left out by rule '{reason}': {sentence}"


@pytest.mark.parametrize(
    ("reason", "facts", "sentence"),
    [
        pytest.param(
            "market_cap",
            {"market_cap": NAN},
            "its market capitalization is unknown; the scan asks for 1,000,000,000",
            id="a scan that does not keep unknown ones",
        ),
        pytest.param(
            "type", {"type": None}, "its type is unknown; the scan takes CS, ADRC", id="likewise"
        ),
        pytest.param(
            "not_above_sma_200",
            {"close": 9.5, "sma_200": NAN},
            "it closed at 9.5000; its sma_200 is unknown",
            id="too young for the average",
        ),
    ],
)
def test_a_missing_value_that_decided_is_called_unknown(
    reason: str, facts: dict, sentence: str
) -> None:
    said = sentence_of(reason, RULES_OF_THE_SCAN, facts)
    assert said == f"left out by rule '{reason}': {sentence}"


def test_a_scan_of_any_known_type_says_so() -> None:
    said = sentence_of("type", {"types": []}, {"type": None})
    assert said.endswith("its type is unknown; the scan takes any that is known")


@pytest.mark.parametrize("reason", CASES)
def test_a_symbol_whose_bars_are_gone_since_is_still_explained(reason: str) -> None:
    said = sentence_of(reason, RULES_OF_THE_SCAN, {})
    assert said.startswith(f"left out by rule '{reason}': ")
    assert "None" not in said
    assert "nan" not in said


def test_outside_the_population_there_is_no_rule() -> None:
    assert sentence_of(None, {}, {}).startswith("not in the population")
