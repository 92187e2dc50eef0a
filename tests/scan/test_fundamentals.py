"""Fundamental scores against the text of the definition, written out in plain Python."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.scan.fundamentals import (
    METRICS,
    SECTORS,
    UNKNOWN,
    SectorDistributions,
    comparable_values,
    fundamental_scores,
    metric_percentiles,
)
from technic_pipeline.sources.reference import RATIO_METRICS

NAMES = [metric.name for metric in METRICS]
ENERGY, MATERIALS = 0, 1
LOWER_IS_BETTER = {
    "price_to_earnings",
    "price_to_book",
    "price_to_sales",
    "price_to_cash_flow",
    "price_to_free_cash_flow",
    "ev_to_sales",
    "ev_to_ebitda",
    "debt_to_equity",
}
SIZES = {"price", "market_cap", "enterprise_value", "earnings_per_share", "free_cash_flow"}

# Few different numbers, so that many are equal; signs, so that some are no multiples.
ratio = st.one_of(st.just(nan), st.sampled_from([-2.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 7.0]))
symbol = st.tuples(
    st.lists(ratio, min_size=len(NAMES), max_size=len(NAMES)),
    st.sampled_from([ENERGY, MATERIALS, UNKNOWN]),
)
Symbol = tuple[list[float], int]


def usable(name: str, value: float) -> bool:
    if name in LOWER_IS_BETTER - {"debt_to_equity"}:
        return value > 0.0
    return value >= 0.0 if name == "debt_to_equity" else not isnan(value)


def expected_percentile(number: int, value: float, sector: int, market: list[Symbol]) -> float:
    name = NAMES[number]
    known = [(v[number], s) for v, s in market if usable(name, v[number])]
    peers = [v for v, s in known if s == sector]
    if sector == UNKNOWN or len(peers) < 8:
        peers = [v for v, _ in known]
    if not usable(name, value) or not peers:
        return nan
    below = sum(peer < value for peer in peers)
    equal = sum(peer == value for peer in peers)
    share = 100.0 * (below + equal / 2.0) / len(peers)
    return 100.0 - share if name in LOWER_IS_BETTER else share


def expected_score(values: list[float], sector: int, market: list[Symbol]) -> float:
    standing = [expected_percentile(i, v, sector, market) for i, v in enumerate(values)]
    present = [s for s in standing if not isnan(s)]
    return sum(present) / len(present) if len(present) >= 3 else nan


def arrays(symbols: list[Symbol]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    values = np.array([v for v, _ in symbols]).reshape(len(symbols), len(NAMES))
    return values, np.array([s for _, s in symbols], dtype=np.int8)


def one_metric(name: str, values: list[float]) -> NDArray[np.float64]:
    """A row a symbol in which only one metric is there."""
    table = np.full((len(values), len(NAMES)), nan)
    table[:, NAMES.index(name)] = values
    return table


def in_sector(count: int, sector: int) -> NDArray[np.int8]:
    return np.full(count, sector, dtype=np.int8)


@given(st.lists(symbol, max_size=40), st.lists(symbol, min_size=1, max_size=10))
@settings(deadline=None)  # the first call compiles
def test_scores_are_those_of_the_definition(market: list[Symbol], asked: list[Symbol]) -> None:
    distributions = SectorDistributions.of(*arrays(market))
    found = fundamental_scores(*arrays(asked), distributions)
    expected = [expected_score(values, sector, market) for values, sector in asked]
    np.testing.assert_array_equal(found, expected)


def test_every_metric_of_the_vendor_counts_or_is_a_size() -> None:
    assert set(NAMES) | SIZES == set(RATIO_METRICS)
    assert not set(NAMES) & SIZES
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_the_best_of_a_sector_stands_highest(name: str) -> None:
    values = one_metric(name, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    sector = in_sector(8, ENERGY)
    standing = metric_percentiles(values, sector, SectorDistributions.of(values, sector))
    # Eight values, half of one's own counted: 6.25, 18.75, ... 93.75.
    rising = [100.0 * (i + 0.5) / 8 for i in range(8)]
    found = standing[:, NAMES.index(name)].tolist()
    assert found == (rising[::-1] if name in LOWER_IS_BETTER else rising)


@pytest.mark.parametrize(
    ("in_energy", "expected", "why"),
    [
        (7, 100.0 * 11.5 / 15, "seven are too few: all fifteen of the market, 11 of them below"),
        (8, 100.0 * 4.5 / 8, "eight are enough, four of them below"),
    ],
)
def test_a_sector_with_fewer_than_eight_values_falls_back_to_the_market(
    in_energy: int, expected: float, why: str
) -> None:
    others = [0.1] * 8 if in_energy == 7 else [0.1] * 20
    own = [1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 8.0] if in_energy == 7 else [1, 2, 3, 4, 5, 6, 7, 8]
    values = one_metric("cash", [*own, *others])
    sector = np.concatenate([in_sector(in_energy, ENERGY), in_sector(len(others), MATERIALS)])
    distributions = SectorDistributions.of(values, sector)
    found = metric_percentiles(one_metric("cash", [5.0]), in_sector(1, ENERGY), distributions)
    assert found[0, NAMES.index("cash")] == expected, why


def test_the_fallback_is_decided_metric_by_metric() -> None:
    values = one_metric("cash", [float(i) for i in range(1, 9)])
    values[:, NAMES.index("quick")] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, nan]
    market = np.vstack([values, one_metric("cash", [100.0]), one_metric("quick", [100.0])])
    sector = np.concatenate([in_sector(8, ENERGY), in_sector(2, MATERIALS)])
    distributions = SectorDistributions.of(market, sector)
    first, groups = distributions.peers()
    cash, quick = NAMES.index("cash"), NAMES.index("quick")
    assert (first[cash, ENERGY], groups[cash, ENERGY]) == (cash * len(SECTORS) + ENERGY, 1)
    assert (first[quick, ENERGY], groups[quick, ENERGY]) == (quick * len(SECTORS), len(SECTORS))


def test_a_symbol_without_a_sector_is_compared_with_the_whole_market() -> None:
    values = one_metric("cash", [1.0] * 10 + [3.0] * 10)
    sector = np.concatenate([in_sector(10, UNKNOWN), in_sector(10, ENERGY)])
    distributions = SectorDistributions.of(values, sector)
    found = metric_percentiles(one_metric("cash", [2.0]), in_sector(1, UNKNOWN), distributions)
    # Among those without a sector it would be the best of all.
    assert found[0, NAMES.index("cash")] == 50.0


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_ratio_that_says_nothing_is_missing(number: int) -> None:
    table = np.tile(np.array([[-1.0], [0.0], [1.0]]), (1, len(NAMES)))
    kept = [not isnan(v) for v in comparable_values(table)[:, number]]
    expected = {
        "multiple": [False, False, True],  # of a loss, and of a profit of nothing
        "leverage": [False, True, True],  # on used-up equity; no debt at all is the best
        "quality": [True, True, True],  # a negative return is a bad one
    }
    assert kept == expected[METRICS[number].kind]


def test_a_loss_is_in_nobodys_distribution() -> None:
    values = one_metric("price_to_earnings", [-5.0] * 8 + [10.0] * 8)
    distributions = SectorDistributions.of(values, in_sector(16, ENERGY))
    assert distributions.of_sector(NAMES.index("price_to_earnings"), ENERGY).tolist() == [10.0] * 8


@pytest.mark.parametrize(("present", "scored"), [(2, False), (3, True)])
def test_a_score_needs_three_metrics(present: int, scored: bool) -> None:
    market = np.ones((10, len(NAMES)))
    distributions = SectorDistributions.of(market, in_sector(10, ENERGY))
    row = np.full((1, len(NAMES)), nan)
    row[0, :present] = 2.0
    found = fundamental_scores(row, in_sector(1, ENERGY), distributions)
    assert np.isfinite(found).tolist() == [scored]


def test_nothing_known_of_anybody_scores_nobody() -> None:
    nobody = SectorDistributions.of(np.empty((0, len(NAMES))), in_sector(0, ENERGY))
    assert len(nobody.start) == len(NAMES) * len(SECTORS) + 1
    found = fundamental_scores(np.ones((2, len(NAMES))), in_sector(2, ENERGY), nobody)
    assert np.isnan(found).all()
    assert fundamental_scores(np.empty((0, len(NAMES))), in_sector(0, 0), nobody).tolist() == []


@given(st.lists(symbol, max_size=30), st.randoms())
def test_the_order_of_the_symbols_does_not_matter(market: list[Symbol], random) -> None:
    shuffled = list(market)
    random.shuffle(shuffled)
    one, other = (SectorDistributions.of(*arrays(symbols)) for symbols in (market, shuffled))
    assert one.start.tolist() == other.start.tolist()
    assert one.values.tobytes() == other.values.tobytes()
