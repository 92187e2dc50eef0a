"""Who is left out, for which reason, and what a missing value does."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populations import ABSENT, population

from technic_pipeline.scan import universe
from technic_pipeline.scan.definition import UniverseRules
from technic_pipeline.scan.universe import PASSED, exclusion_reasons

NAN = math.nan
RULES = UniverseRules(
    types=("CS", "ADRC"),
    keep_unknown_type=True,
    min_price=1.0,
    min_dollar_volume_20=250_000.0,
    min_bars=60,
    jump_bars=252,
    min_market_cap=1e8,
    keep_unknown_market_cap=False,
    above=("sma_50", "sma_200"),
    present=("rs_rating", "fundamental_score"),
)
ALL_REASONS = [
    *("no_bar", "type", "price", "liquidity", "history", "unexplained_jump", "market_cap"),
    *("not_above_sma_50", "not_above_sma_200", "no_rs_rating", "no_fundamental_score"),
]


def reason(member: dict[str, Any], rules: UniverseRules = RULES) -> str:
    return str(exclusion_reasons(population([member]), rules)[0])


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        pytest.param({}, PASSED, id="an ordinary share"),
        pytest.param(ABSENT, "no_bar", id="no bar in the session"),
        pytest.param({"type": "ETF"}, "type", id="a type that is not listed"),
        pytest.param({"type": "cs"}, "type", id="types are written as the vendor writes them"),
        pytest.param({"type": "ADRC"}, PASSED, id="the other type that is listed"),
        pytest.param({"type": None}, PASSED, id="an unknown type is kept, as the rules say"),
        pytest.param({"close": 0.9999}, "price", id="below a dollar"),
        pytest.param(
            {"close": 1.0, "sma_50": 0.9, "sma_200": 0.9},
            PASSED,
            id="a dollar is the bound, and passes",
        ),
        pytest.param({"dollar_volume_20": 249_999.0}, "liquidity", id="too little trade"),
        pytest.param({"dollar_volume_20": 250_000.0}, PASSED, id="just enough trade"),
        pytest.param({"dollar_volume_20": NAN}, PASSED, id="no average yet is not too little"),
        pytest.param({"dollar_volume_20": NAN, "bars": 19}, "history", id="its age judges it"),
        pytest.param({"bars": 59}, "history", id="a bar too young"),
        pytest.param({"bars": 60}, PASSED, id="just old enough"),
        pytest.param({"bars_since_jump": 0.0}, "unexplained_jump", id="it jumps today"),
        pytest.param({"bars_since_jump": 251.0}, "unexplained_jump", id="among the last 252 bars"),
        pytest.param({"bars_since_jump": 252.0}, PASSED, id="252 bars on, out of them"),
        pytest.param({"bars_since_jump": NAN}, PASSED, id="it never jumped"),
        pytest.param({"market_cap": 99_999_999.0}, "market_cap", id="too small a company"),
        pytest.param({"market_cap": 1e8}, PASSED, id="just large enough"),
        pytest.param({"market_cap": NAN}, "market_cap", id="an unknown one, as the rules say"),
        pytest.param({"sma_200": 10.01}, "not_above_sma_200", id="below its average"),
        pytest.param({"sma_200": 10.0}, "not_above_sma_200", id="at its average is not above it"),
        pytest.param({"sma_200": 9.99}, PASSED, id="above its average"),
        pytest.param({"sma_200": NAN}, "not_above_sma_200", id="above an average it has not"),
        pytest.param({"sma_50": 11.0}, "not_above_sma_50", id="every one that is listed counts"),
        pytest.param({"fundamental_score": NAN}, "no_fundamental_score", id="must be present"),
        pytest.param({"fundamental_score": 0.0}, PASSED, id="nothing at all is present"),
        pytest.param({"rs_rating": NAN}, "no_rs_rating", id="the other that must be present"),
    ],
)
def test_a_symbol_is_left_out_for_a_reason_or_passes(member: dict, expected: str) -> None:
    assert reason(member) == expected


def test_the_first_rule_that_applies_names_the_reason() -> None:
    broken: list[dict[str, Any]] = [
        ABSENT,
        {"type": "ETF"},
        {"close": 0.1},
        {"dollar_volume_20": 1.0},
        {"bars": 1},
        {"bars_since_jump": 1.0},
        {"market_cap": NAN},
        {"sma_50": 11.0},
        {"sma_200": NAN},
        {"rs_rating": NAN},
        {"fundamental_score": NAN},
    ]
    # Each breaks its own rule and every later one.
    for at, expected in enumerate(ALL_REASONS):
        everything: dict[str, Any] = {}
        for later in reversed(broken[at:]):
            everything |= later
        assert reason(everything) == expected


@pytest.mark.parametrize(
    "member",
    [
        pytest.param({"type": None}, id="unknown type"),
        pytest.param({"type": "WARRANT"}, id="any type"),
        pytest.param({"close": 1e-5}, id="any price"),
        pytest.param({"dollar_volume_20": 0.0}, id="no trade"),
        pytest.param({"bars": 1}, id="any age"),
        pytest.param({"bars_since_jump": 0.0}, id="a jump today"),
        pytest.param({"market_cap": 0.0}, id="worth nothing"),
        pytest.param({"market_cap": NAN}, id="nobody knows what it is worth"),
        pytest.param({"sma_200": 99.0}, id="below its averages"),
        pytest.param({"fundamental_score": NAN, "rs_rating": NAN}, id="without scores"),
    ],
)
def test_without_bounds_everyone_with_a_bar_passes(member: dict) -> None:
    assert reason(member, UniverseRules()) == PASSED


def test_without_bounds_no_bar_today_is_still_a_reason() -> None:
    assert reason(ABSENT, UniverseRules()) == "no_bar"


@pytest.mark.parametrize(
    ("rules", "unknown", "etf"),
    [
        (UniverseRules(types=("CS",), keep_unknown_type=True), PASSED, "type"),
        (UniverseRules(types=("CS",), keep_unknown_type=False), "type", "type"),
        (UniverseRules(types=(), keep_unknown_type=False), "type", PASSED),
        (UniverseRules(types=("CS", "ETF"), keep_unknown_type=False), "type", PASSED),
    ],
)
def test_an_unknown_type_is_kept_or_not_as_the_scan_says(
    rules: UniverseRules, unknown: str, etf: str
) -> None:
    assert reason({"type": None}, rules) == unknown
    assert reason({"type": "ETF"}, rules) == etf


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (UniverseRules(min_market_cap=1e8, keep_unknown_market_cap=True), PASSED),
        (UniverseRules(min_market_cap=1e8, keep_unknown_market_cap=False), "market_cap"),
        (UniverseRules(min_market_cap=None, keep_unknown_market_cap=False), PASSED),
        (UniverseRules(min_market_cap=1e8), PASSED),
    ],
    ids=["kept", "not kept", "without a bound nobody asks", "kept unless the scan says otherwise"],
)
def test_an_unknown_market_capitalization_is_kept_or_not_as_the_scan_says(
    rules: UniverseRules, expected: str
) -> None:
    assert reason({"market_cap": NAN}, rules) == expected


MEMBERS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["CS", "ETF", None]),
        "close": st.sampled_from([0.5, 1.0, 20.0]),
        "dollar_volume_20": st.sampled_from([0.0, 250_000.0, NAN]),
        "bars": st.sampled_from([1, 60]),
        "bars_since_jump": st.sampled_from([0.0, 252.0, NAN]),
        "market_cap": st.sampled_from([1e7, 1e9, NAN]),
        "sma_200": st.sampled_from([0.1, 30.0, NAN]),
        "fundamental_score": st.sampled_from([50.0, NAN]),
    }
)


@given(st.lists(MEMBERS, max_size=12))
@settings(deadline=None)
def test_a_symbol_s_reason_is_its_own_affair(members: list[dict]) -> None:
    together = exclusion_reasons(population(members), RULES).tolist()
    assert together == [reason(member) for member in members]
    assert set(together) <= {PASSED, *ALL_REASONS}


@given(st.lists(MEMBERS, min_size=1, max_size=12), st.integers(1, 5))
@settings(deadline=None)
def test_any_number_of_cores_leaves_out_the_same_for_the_same_reasons(
    members: list[dict], cores: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        alone = exclusion_reasons(population(members), RULES).tolist()
        patch.setattr(universe, "SYMBOLS_WORTH_THREADS", 1)
        patch.setattr(universe, "CORES", cores)
        assert exclusion_reasons(population(members), RULES).tolist() == alone
