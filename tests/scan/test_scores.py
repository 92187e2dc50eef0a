"""Components, scores, and contributions that add up to them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.scan.definition import Component
from technic_pipeline.scan.scores import component_score, score

NAN = math.nan
NAMES = ("a", "b", "c", "d")
# One component a column, so that a component is missing where its column is.
COMPONENTS = [Component(name, ((name, "rising"),)) for name in NAMES]
NUMBERS = st.one_of(st.just(NAN), st.integers(0, 5).map(float), st.floats(-1e6, 1e6))


@st.composite
def markets(draw: st.DrawFn) -> dict[str, NDArray[np.float64]]:
    size = draw(st.integers(0, 20))
    return {
        name: np.array(draw(st.lists(NUMBERS, min_size=size, max_size=size)), dtype=np.float64)
        for name in NAMES
    }


WEIGHTS = st.lists(st.floats(0.01, 1000.0), min_size=4, max_size=4).map(
    lambda weights: tuple(zip(NAMES, weights, strict=True))
)


@given(markets(), WEIGHTS)
@settings(deadline=None)
def test_contributions_from_left_to_right_add_up_to_the_score_to_the_bit(
    values: Mapping[str, NDArray], weights: tuple[tuple[str, float], ...]
) -> None:
    found = score(values, COMPONENTS, weights)
    for points, contributions in zip(found.score, found.contributions.tolist(), strict=True):
        present = [points for points in contributions if not math.isnan(points)]
        total = 0.0
        for contribution in present:
            total += contribution
        assert points == total if present else math.isnan(points)


@given(markets(), WEIGHTS)
@settings(deadline=None)
def test_a_score_is_the_mean_of_the_components_present_by_their_weights(
    values: Mapping[str, NDArray], weights: tuple[tuple[str, float], ...]
) -> None:
    found = score(values, COMPONENTS, weights)
    for symbol, points in enumerate(found.score):
        present = [
            (weight, component)
            for name, weight in weights
            if not math.isnan(component := found.components[name][symbol])
        ]
        total = sum(weight for weight, _ in present)
        expected = sum(w * c for w, c in present) / total if present else NAN
        assert points == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


@given(markets(), WEIGHTS, st.integers(-8, 8))
@settings(deadline=None)
def test_all_weights_doubled_leave_every_bit(
    values: Mapping[str, NDArray], weights: tuple[tuple[str, float], ...], times: int
) -> None:
    scaled = tuple((name, weight * 2.0**times) for name, weight in weights)
    one, other = score(values, COMPONENTS, weights), score(values, COMPONENTS, scaled)
    assert np.array_equal(one.score, other.score, equal_nan=True)
    assert np.array_equal(one.contributions, other.contributions, equal_nan=True)


def test_a_missing_component_s_weight_leaves_the_denominator() -> None:
    values = {
        "a": np.array([1.0, 2.0, 3.0]),
        "b": np.array([1.0, 2.0, NAN]),
        "c": np.array([NAN, NAN, NAN]),
        "d": np.array([5.0, 5.0, 5.0]),
    }
    found = score(values, COMPONENTS, [("a", 60.0), ("b", 20.0), ("c", 15.0)])
    assert found.contributions == pytest.approx(
        np.array([[0.0, 0.0, NAN], [37.5, 25.0, NAN], [100.0, NAN, NAN]]), nan_ok=True
    )
    assert found.score.tolist() == [0.0, 62.5, 100.0]


def test_a_symbol_without_any_weighted_component_has_no_score() -> None:
    values = {name: np.array([NAN, 1.0]) for name in NAMES} | {"d": np.array([1.0, 1.0])}
    found = score(values, COMPONENTS, [("a", 1.0), ("b", 1.0)])
    assert np.isnan(found.score).tolist() == [True, False]
    assert found.components["d"].tolist() == [50.0, 50.0]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param([("up", "rising")], [0.0, 50.0, 100.0], id="rising: the largest has 100"),
        pytest.param([("up", "falling")], [100.0, 50.0, 0.0], id="falling: the smallest has it"),
        pytest.param(
            [("up", "rising"), ("holes", "rising")],
            [0.0, 75.0, 50.0],
            id="the mean of both, or the one that is there",
        ),
        pytest.param([("none", "rising")], [NAN, NAN, NAN], id="missing where every column is"),
        pytest.param(
            [("none", "rising"), ("up", "rising")],
            [0.0, 50.0, 100.0],
            id="a column that nobody has is no zero",
        ),
        pytest.param([("holes", "as_is")], [NAN, 9.0, 8.0], id="as it is, missing where it is"),
        pytest.param(
            [("holes", "as_is"), ("up", "rising")],
            [0.0, 29.5, 54.0],
            id="as it is, beside a percentile",
        ),
        pytest.param(
            [("flat", "rising"), ("flat", "falling")],
            [50.0, 50.0, 50.0],
            id="equals stand in the middle either way",
        ),
    ],
)
def test_a_component_is_the_mean_of_where_its_columns_stand(
    columns: list, expected: list[float]
) -> None:
    values = {
        "up": np.array([1.0, 2.0, 3.0]),
        "holes": np.array([NAN, 9.0, 8.0]),
        "none": np.full(3, NAN),
        "flat": np.zeros(3),
    }
    assert component_score(values, columns).tolist() == pytest.approx(expected, nan_ok=True)
