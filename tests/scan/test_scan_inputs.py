"""What a scan is made from decides its digest, all of it and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from populations import NOBODY, definition, population, previous

from technic_pipeline.scan.definition import Component, Levels, ScanDefinition, UniverseRules
from technic_pipeline.scan.inputs import SCAN_COLUMNS, PreviousRanks
from technic_pipeline.scan.ranking import rank_scan

TWO = [{"ticker": "A", "name": "BC"}, {"ticker": "B", "name": None}]
BEFORE = previous({1: 1})


def changed(**facts) -> list[dict]:
    """The two members, the second with other facts."""
    return [TWO[0], TWO[1] | facts]


def test_equal_inputs_have_equal_digests() -> None:
    assert population(TWO).sha256() == population(TWO).sha256()


@pytest.mark.parametrize(
    "members",
    [
        *(pytest.param(changed(**{name: 2.5}), id=name) for name in SCAN_COLUMNS),
        *(pytest.param(changed(**{name: math.nan}), id=f"no {name}") for name in ("sma_20",)),
        *(
            pytest.param(changed(**{name: "another"}), id=name)
            for name in ("ticker", "name", "type", "sector", "industry")
        ),
        pytest.param(changed(sector=None), id="a sector that is no longer known"),
        pytest.param(changed(name=""), id="a name that is empty, not missing"),
        pytest.param(changed(traded=False), id="a bar that is gone"),
        pytest.param(changed(close=10.01), id="close"),
        pytest.param(changed(volume=5_001.0), id="volume"),
        pytest.param(changed(bars=301), id="bars"),
        pytest.param(changed(market_cap=2e9), id="market_cap"),
        pytest.param(changed(market_cap=math.nan), id="a market capitalization no longer known"),
        pytest.param(TWO[::-1], id="who is who"),
        pytest.param(TWO[:1], id="someone less"),
        pytest.param([*TWO, {}], id="someone more"),
        pytest.param([{"ticker": "AB", "name": "C"}, TWO[1]], id="the same letters, cut otherwise"),
        pytest.param(
            [{"ticker": "A", "name": "B"}, {"ticker": "CB", "name": None}],
            id="the same letters, in another row",
        ),
    ],
)
def test_any_other_input_has_another_digest(members: list[dict]) -> None:
    assert population(members).sha256() != population(TWO).sha256()


def test_letters_do_not_run_from_one_column_of_text_into_the_next() -> None:
    one = [{"ticker": "A", "name": "BC"}]
    other = [{"ticker": "AB", "name": "C"}]
    assert population(one).sha256() != population(other).sha256()


def test_another_session_has_another_digest() -> None:
    inputs = population(TWO)
    assert replace(inputs, session=date(2016, 12, 29)).sha256() != inputs.sha256()


def test_the_same_numbers_under_another_name_have_another_digest() -> None:
    inputs = population(TWO)
    values = {"another" if name == "sma_20" else name: v for name, v in inputs.values.items()}
    assert replace(inputs, values=values).sha256() != inputs.sha256()


@pytest.mark.parametrize(
    ("scan", "before"),
    [
        pytest.param(definition(weights=(("momentum", 2.0),)), BEFORE, id="a weight"),
        pytest.param(definition(weights=(("trend", 1.0),)), BEFORE, id="what is weighed"),
        pytest.param(definition(name="other"), BEFORE, id="the scan's name"),
        pytest.param(definition(universe=UniverseRules(min_bars=1)), BEFORE, id="a rule"),
        pytest.param(definition(levels=Levels(stop_atr=1.0)), BEFORE, id="a level"),
        pytest.param(
            definition(
                components=(
                    *definition().components[1:],
                    Component("momentum", (("perf_1m", "falling"),)),
                )
            ),
            BEFORE,
            id="a direction",
        ),
        pytest.param(definition(), previous({1: 2}), id="another previous rank"),
        pytest.param(definition(), previous({2: 1}), id="the same one of another symbol"),
        pytest.param(definition(), NOBODY, id="no previous rank"),
    ],
)
def test_a_table_s_digest_covers_the_definition_and_the_previous_ranks(
    scan: ScanDefinition, before: PreviousRanks
) -> None:
    plain = rank_scan(definition(), population(TWO), BEFORE).inputs_sha256
    assert rank_scan(definition(), population(TWO), BEFORE).inputs_sha256 == plain
    assert rank_scan(scan, population(TWO), before).inputs_sha256 != plain


def test_the_same_previous_ranks_from_a_republished_run_change_no_digest() -> None:
    one, other = (rank_scan(definition(), population(TWO), previous({1: 1}, run)) for run in (7, 8))
    assert one.inputs_sha256 == other.inputs_sha256


def test_a_symbol_has_the_rank_that_it_had_or_none() -> None:
    ranks = previous({5: 1, 3: 2, 9: 3}).of(np.array([9, 4, 5], dtype=np.int32))
    assert np.nan_to_num(ranks, nan=-1.0).tolist() == [3.0, -1.0, 1.0]
