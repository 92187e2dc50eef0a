"""Where a value stands among all, by ranks that ties share."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from technic_pipeline.scan.percentiles import percentiles

# Few distinct numbers, so that ties are common.
NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(allow_nan=False), st.just(math.nan))
COLUMNS = st.lists(NUMBERS, max_size=40)


def by_definition(values: list[float]) -> list[float]:
    """100 * (rank - 1) / (n - 1), ranks rising from 1, ties sharing their average."""
    present = [value for value in values if not math.isnan(value)]
    found = []
    for value in values:
        places = [at for at, other in enumerate(sorted(present), 1) if other == value]
        if math.isnan(value):
            found.append(math.nan)
        elif len(present) == 1:
            found.append(50.0)
        else:
            found.append(100 * (sum(places) / len(places) - 1) / (len(present) - 1))
    return found


@given(COLUMNS)
@settings(deadline=None)
def test_they_are_what_their_definition_says(values: list[float]) -> None:
    assert percentiles(np.array(values)).tolist() == pytest.approx(
        by_definition(values), rel=1e-12, abs=1e-12, nan_ok=True
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([7.0], [50.0], id="a lone value stands in the middle"),
        pytest.param([math.nan, 7.0, math.nan], [math.nan, 50.0, math.nan], id="lone among NaN"),
        pytest.param([math.nan], [math.nan], id="no value at all"),
        pytest.param([3.0, 1.0, 2.0], [100.0, 0.0, 50.0], id="last, first and between"),
        pytest.param([5.0, 5.0], [50.0, 50.0], id="two equals share the middle"),
        pytest.param([1.0, 2.0, 2.0, 3.0], [0.0, 50.0, 50.0, 100.0], id="a tie shares 2 and 3"),
        pytest.param([1.0, math.nan, 2.0], [0.0, math.nan, 100.0], id="NaN is not counted"),
        pytest.param([0.0, -0.0, 1.0], [25.0, 25.0, 100.0], id="minus nothing is nothing"),
        pytest.param([math.inf, 1.0, -math.inf], [100.0, 50.0, 0.0], id="the infinite are ends"),
    ],
)
def test_by_hand(values: list[float], expected: list[float]) -> None:
    assert percentiles(np.array(values)).tolist() == pytest.approx(expected, nan_ok=True)


@given(COLUMNS, st.randoms())
@settings(deadline=None)
def test_they_do_not_depend_on_who_stands_where(values: list[float], chance) -> None:
    order = list(range(len(values)))
    chance.shuffle(order)
    assert np.array_equal(
        percentiles(np.array(values)[order]), percentiles(np.array(values))[order], equal_nan=True
    )


@given(COLUMNS)
@settings(deadline=None)
def test_a_larger_value_never_stands_lower(values: list[float]) -> None:
    standing = percentiles(np.array(values))
    present = sorted((v, p) for v, p in zip(values, standing, strict=True) if not math.isnan(v))
    assert all(one[1] <= other[1] for one, other in pairwise(present))
