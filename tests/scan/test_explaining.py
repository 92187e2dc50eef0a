"""What is explained of a symbol is what ranked it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populations import ABSENT, NOBODY, definition, population

from technic_pipeline.scan.definition import Component, ScanDefinition, UniverseRules
from technic_pipeline.scan.explaining import ColumnStanding, facts_of, standing_of
from technic_pipeline.scan.ranking import rank_scan

NAN = math.nan
NUMBERS = st.sampled_from([NAN, 1.0, 2.0, 3.5])
MEMBERS = st.lists(
    st.one_of(
        st.just(ABSENT),
        st.fixed_dictionaries(
            {
                "close": st.sampled_from([0.5, 7.0]),
                **dict.fromkeys(("perf_1m", "perf_3m", "atr_pct"), NUMBERS),
                "fundamental_score": st.sampled_from([NAN, 0.0, 61.5]),
            }
        ),
    ),
    max_size=15,
)


@pytest.fixture(scope="module")
def scan() -> ScanDefinition:
    """Weighs three components, of two columns and of one, one of them as it is."""
    return definition(
        universe=UniverseRules(min_price=1.0),
        components=(
            Component("momentum", (("perf_1m", "rising"), ("perf_3m", "falling"))),
            *(Component(name, (("atr_pct", "falling"),)) for name in ("volatility", "trend")),
            Component("volume", (("rel_volume_10", "rising"),)),
            Component("fundamental", (("fundamental_score", "as_is"),)),
        ),
        weights=(("momentum", 30.0), ("fundamental", 15.0), ("volatility", 5.0)),
    )


@given(members=MEMBERS)
@settings(deadline=None)
def test_whoever_is_ranked_stands_where_its_row_says(
    members: list[dict], scan: ScanDefinition
) -> None:
    inputs = population(members)
    ranked = rank_scan(scan, inputs, NOBODY)
    for row, symbol_id in enumerate(ranked.columns["symbol_id"]):
        found = standing_of(scan, inputs, symbol_id)
        assert found is not None
        assert found.score == ranked.columns["score"][row]
        assert list(found.components) == [name for name, _ in scan.weights]
        present = {n: c for n, (c, _) in found.components.items() if not math.isnan(c)}
        total = sum(weight for name, weight in scan.weights if name in present)
        points = [weight * present.get(name, NAN) / total for name, weight in scan.weights]
        assert points == pytest.approx(ranked.columns["contributions"][row].tolist(), nan_ok=True)


@given(members=MEMBERS)
@settings(deadline=None)
def test_a_component_is_the_mean_of_the_columns_that_are_shown_below_it(
    members: list[dict], scan: ScanDefinition
) -> None:
    inputs = population(members)
    for symbol_id in inputs.symbol_id:
        found = standing_of(scan, inputs, symbol_id)
        for component, columns in found.components.values() if found else ():
            present = [c.standing for c in columns if not math.isnan(c.value)]
            mean = sum(present) / len(present) if present else NAN
            assert component == pytest.approx(mean, nan_ok=True)


@given(members=MEMBERS)
@settings(deadline=None)
def test_whoever_a_rule_leaves_out_stands_nowhere(
    members: list[dict], scan: ScanDefinition
) -> None:
    inputs = population(members)
    ranked = rank_scan(scan, inputs, NOBODY)
    for symbol_id, reason in zip(ranked.excluded_symbol_id, ranked.excluded_reason, strict=True):
        found = standing_of(scan, inputs, symbol_id)
        if reason == "no_score":
            assert found is not None
            assert math.isnan(found.score)
        else:
            assert found is None


def test_columns_stand_with_their_values_and_directions(scan: ScanDefinition) -> None:
    inputs = population([{"perf_1m": 3.0, "perf_3m": 5.0}, {"perf_1m": 1.0, "perf_3m": 4.0}])
    found = standing_of(scan, inputs, 1)
    assert found is not None
    assert found.components["momentum"] == (
        50.0,
        (
            ColumnStanding("perf_1m", "rising", 3.0, 100.0),
            ColumnStanding("perf_3m", "falling", 5.0, 0.0),
        ),
    )
    assert found.components["fundamental"][1] == (
        ColumnStanding("fundamental_score", "as_is", 1.0, 1.0),
    )


def test_a_symbol_outside_the_population_has_neither_standing_nor_facts(
    scan: ScanDefinition,
) -> None:
    assert standing_of(scan, population([{}]), 99) is None
    assert facts_of(population([{}]), 99) == {}


def test_the_facts_of_a_symbol_are_what_the_rules_look_at() -> None:
    inputs = population([{}, {"close": 7.0, "bars": 61, "market_cap": NAN, "sma_200": 6.5}])
    facts = facts_of(inputs, 2)
    assert (facts["close"], facts["bars"], facts["sma_200"]) == (7.0, 61.0, 6.5)
    assert np.isnan([facts["market_cap"], facts["bars_since_jump"]]).all()
    assert set(inputs.values) < set(facts)
