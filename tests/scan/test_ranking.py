"""The ranked table: who stands where, before whom, and what the row says."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populations import ABSENT, NOBODY, definition, population, previous

from technic_pipeline.scan.definition import Levels, UniverseRules
from technic_pipeline.scan.ranking import NO_SCORE, UNKNOWN_SECTOR, RankedScan, rank_scan

NAN = math.nan
RULES = UniverseRules(types=("CS",), min_price=1.0, min_bars=60)


def ranked(members: list[dict], ranks: dict[int, int] | None = None, **changes) -> RankedScan:
    before = previous(ranks) if ranks else NOBODY
    return rank_scan(definition(**changes), population(members), before)


def listed(scan: RankedScan, name: str) -> list:
    column = scan.columns[name]
    return column.tolist() if isinstance(column, np.ndarray) else column.to_pylist()


def test_the_best_score_is_first_and_ranks_have_no_gaps() -> None:
    scan = ranked([{"perf_1m": 2.0}, {"perf_1m": 9.0}, {"perf_1m": 5.0}])
    assert listed(scan, "ticker") == ["T2", "T3", "T1"]
    assert listed(scan, "rank") == [1, 2, 3]
    assert listed(scan, "score") == [100.0, 50.0, 0.0]


def test_equal_scores_stand_in_the_byte_order_of_their_tickers() -> None:
    tickers = ["a", "Z", "KIMpL", "KIM", "BRK.B", "BRK-B", "NA", "B2", "B10", "é"]
    scan = ranked([{"ticker": ticker} for ticker in tickers])
    assert listed(scan, "ticker") == sorted(tickers, key=str.encode)
    # Capitals before small letters, a dash before a dot, beyond ASCII last.
    assert listed(scan, "ticker")[-3:] == ["Z", "a", "é"]
    assert listed(scan, "rank") == list(range(1, 11))


def test_percentiles_and_ranks_are_sorted_by_the_library_that_is_given() -> None:
    used: Counter[str] = Counter()

    class Counted(ModuleType):
        def __getattr__(self, name: str) -> Any:
            used[name] += 1
            return getattr(np, name)

    members = population([{"perf_1m": 2.0}, {"perf_1m": 9.0}, {"perf_1m": 2.0}])
    elsewhere = rank_scan(definition(), members, NOBODY, Counted("elsewhere"))
    assert listed(elsewhere, "ticker") == ["T2", "T1", "T3"]
    assert listed(elsewhere, "score") == listed(rank_scan(definition(), members, NOBODY), "score")
    assert used["lexsort"] == 1
    assert used["argsort"] >= 1


@pytest.mark.parametrize(
    ("ranks", "now_first", "change"),
    [
        pytest.param({1: 5}, 5, 4, id="four places up"),
        pytest.param({1: 1, 2: 2}, 1, 0, id="as before"),
        pytest.param({2: 1}, None, None, id="it had none"),
        pytest.param({9: 1, 1: 3, 2: 1}, 3, 2, id="others that are gone do not matter"),
    ],
)
def test_the_first_row_knows_its_previous_rank_and_the_places_won(
    ranks: dict[int, int], now_first: int | None, change: int | None
) -> None:
    scan = ranked([{"perf_1m": 9.0}, {"perf_1m": 1.0}], ranks)
    assert listed(scan, "symbol_id")[0] == 1
    assert (listed(scan, "previous_rank")[0], listed(scan, "rank_change")[0]) == (now_first, change)
    assert scan.previous_scan_run_id == 7


def test_without_a_previous_run_no_row_has_a_change() -> None:
    scan = ranked([{}, {}])
    assert listed(scan, "rank_change") == listed(scan, "previous_rank") == [None, None]
    assert scan.previous_scan_run_id is None


def test_each_sector_counts_for_itself_and_the_unknown_ones_are_one() -> None:
    sectors = ["Energy", None, "Energy", "Utilities", None, "Energy"]
    scan = ranked([{"sector": s, "perf_1m": -at} for at, s in enumerate(sectors)])
    assert listed(scan, "sector") == [s or UNKNOWN_SECTOR for s in sectors]
    assert listed(scan, "sector_rank") == [1, 1, 2, 1, 2, 3]


def test_entry_is_the_close_and_stop_and_target_stand_off_in_atrs() -> None:
    levels = Levels(stop_atr=1.5, target_atr=4.0)
    scan = ranked([{"close": 20.0, "atr_14": 2.0}], levels=levels)
    assert [listed(scan, name) for name in ("entry", "stop", "target")] == [[20.0], [17.0], [28.0]]


def test_a_row_shows_the_facts_of_its_own_symbol() -> None:
    numbers = ("close", "volume", "change_pct", "rel_volume_10", "dollar_volume_20")
    numbers += ("market_cap", "tech_rating", "rs_rating")
    facts = ("name", "industry", *numbers)
    members = [
        dict.fromkeys(("perf_1m", *numbers), points)
        | {"name": f"Name {points}", "industry": f"Industry {points}"}
        for points in (3.0, 1.0, 2.0, NAN)
    ]
    scan = ranked([ABSENT, *members])
    for fact in facts:
        assert listed(scan, fact) == [members[at][fact] for at in (0, 2, 1)]


def test_the_contributions_of_a_row_add_up_to_its_score() -> None:
    members = [{"perf_1m": a, "perf_3m": b} for a, b in ((1.0, 5.0), (2.0, NAN), (9.0, 1.0))]
    scan = ranked(members, weights=(("momentum", 3.0), ("trend", 1.0)))
    assert listed(scan, "ticker") == ["T3", "T2", "T1"]
    assert np.nansum(scan.columns["contributions"], axis=1).tolist() == [75.0, 50.0, 25.0]
    assert listed(scan, "score") == [75.0, 50.0, 25.0]


def test_component_scores_that_the_scan_does_not_weigh_stand_in_the_rows() -> None:
    scan = ranked([{"perf_1m": 2.0, "perf_3m": 1.0}, {"perf_1m": 1.0, "perf_3m": 2.0}])
    assert listed(scan, "momentum_score") == [100.0, 0.0]
    for name in ("trend_score", "volume_score", "volatility_score", "fundamental_score"):
        assert listed(scan, name) == [0.0, 100.0]


@pytest.mark.parametrize("name", ["market_cap", "tech_rating", "rs_rating"])
def test_a_fact_that_is_not_known_stays_unknown_and_costs_no_rank(name: str) -> None:
    scan = ranked([{"perf_1m": 2.0, name: NAN}, {"perf_1m": 1.0}])
    assert listed(scan, "ticker") == ["T1", "T2"]
    first, second = listed(scan, name)
    assert first is None or math.isnan(first)
    assert second == population([{}]).values.get(name, [1e9])[0]


def test_a_row_says_its_rating_in_words() -> None:
    ratings = [0.7, 0.2, 0.0, NAN, -0.2, -0.7]
    scan = ranked([{"perf_1m": -at, "tech_rating": r} for at, r in enumerate(ratings)])
    words = ["Strong Buy", "Buy", "Neutral", None, "Sell", "Strong Sell"]
    assert listed(scan, "rating_label") == words


def test_components_are_percentiles_within_the_universe_not_the_population() -> None:
    members = [{"perf_1m": 1.0}, {"perf_1m": 2.0}, {"perf_1m": 9.0, "close": 0.5}]
    scan = ranked(members, universe=RULES)
    assert listed(scan, "score") == [100.0, 0.0]


def test_a_symbol_that_passes_every_rule_but_has_no_score_is_left_out_by_name() -> None:
    scan = ranked([{"perf_1m": NAN}, {"perf_1m": 1.0}])
    assert scan.excluded_symbol_id.tolist() == [1]
    assert scan.excluded_reason.tolist() == [NO_SCORE]
    assert (scan.population, scan.universe, scan.ranked) == (2, 2, 1)


def test_a_scan_of_nobody_is_empty_and_whole() -> None:
    for members in ([], [ABSENT]):
        scan = ranked(members)
        assert scan.ranked == scan.universe == 0
        assert {len(listed(scan, name)) for name in scan.columns} == {0}
        assert sum(scan.funnel().values()) == len(members)


MEMBERS = st.lists(
    st.one_of(
        st.just(ABSENT),
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["CS", "CS", "ETF", None]),
                "close": st.sampled_from([0.5, 7.0]),
                "bars": st.sampled_from([59, 60]),
                "perf_1m": st.sampled_from([NAN, 1.0, 2.0, 3.0]),
                "sector": st.sampled_from(["Energy", "Utilities", None]),
            }
        ),
    ),
    max_size=25,
)


@given(MEMBERS)
@settings(deadline=None)
def test_everyone_is_ranked_or_left_out_for_a_reason_and_the_funnel_adds_up(
    members: list[dict],
) -> None:
    scan = ranked(members, universe=RULES)
    everyone = [*listed(scan, "symbol_id"), *scan.excluded_symbol_id.tolist()]
    assert sorted(everyone) == list(range(1, len(members) + 1))
    assert sum(scan.funnel().values()) == scan.population == len(members)
    assert scan.funnel()["ranked"] == scan.ranked
    assert all(scan.excluded_reason)


@given(MEMBERS)
@settings(deadline=None)
def test_ranks_are_dense_fall_with_the_score_and_count_within_the_sector(
    members: list[dict],
) -> None:
    scan = ranked(members, universe=RULES)
    rows = list(zip(*(listed(scan, n) for n in ("score", "ticker", "sector")), strict=True))
    assert listed(scan, "rank") == list(range(1, len(rows) + 1))
    assert rows == sorted(rows, key=lambda row: (-row[0], row[1].encode()))
    standing: defaultdict[str, int] = defaultdict(int)
    for (_, _, sector), rank in zip(rows, listed(scan, "sector_rank"), strict=True):
        standing[sector] += 1
        assert rank == standing[sector]
