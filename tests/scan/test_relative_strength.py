"""A symbol's year among everyone's: who is compared, by what, and where that puts it."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.scan.percentiles import percentiles
from technic_pipeline.scan.relative_strength import rs_ratings

NAN = math.nan
QUARTERS = ("perf_3m", "perf_6m", "perf_9m", "perf_1y")


def ratings(
    years: list[float], types: list[str | None] | None = None, bars: list[int] | None = None
) -> list[float]:
    """Of symbols that gained as much in every period."""
    return rs_ratings(
        pa.array(types or ["CS"] * len(years), pa.string()),
        np.array(bars or [253] * len(years), dtype=np.int32),
        {name: np.array(years) for name in QUARTERS},
    ).tolist()


def test_the_last_quarter_counts_twice() -> None:
    # The first gains 10 in the last quarter, the next two in two periods that count half as much.
    values = {
        "perf_3m": np.array([10.0, 0.0, 0.0, 9.0]),
        "perf_6m": np.array([0.0, 10.0, 0.0, 0.0]),
        "perf_9m": np.array([0.0, 10.0, 10.0, 0.0]),
        "perf_1y": np.array([0.0, 0.0, 10.0, 0.0]),
    }
    everyone = pa.array(["CS"] * 4), np.full(4, 253, dtype=np.int32)
    assert rs_ratings(*everyone, values).tolist() == [66.0, 66.0, 66.0, 1.0]


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([5.0], [50.0], id="a lone one stands in the middle"),
        pytest.param([1.0, 2.0], [1.0, 99.0], id="1 is the worst and 99 the best"),
        pytest.param([3.0, 3.0, 1.0], [74.0, 74.0, 1.0], id="equals share: 1 + floor(0.98 * 75)"),
        pytest.param([1.0, NAN, 2.0], [1.0, NAN, 99.0], id="a year that is missing is not counted"),
    ],
)
def test_by_hand(years: list[float], expected: list[float]) -> None:
    assert ratings(years) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("kind", "compared"),
    [
        *((kind, False) for kind in ("ETF", "FUND", "WARRANT", "UNIT", "RIGHT", "PFD")),
        *((kind, True) for kind in ("CS", "ADRC", "etf", "OS", None)),
    ],
)
def test_shares_and_unknown_types_are_compared_and_nothing_else(
    kind: str | None, compared: bool
) -> None:
    best = [99.0] if compared else [NAN]
    others = [1.0, 50.0] if compared else [1.0, 99.0]
    assert ratings([1.0, 2.0, 3.0], ["CS", "CS", kind]) == pytest.approx(others + best, nan_ok=True)


@pytest.mark.parametrize(("bars", "compared"), [(252, False), (253, True), (0, False)])
def test_a_year_needs_253_bars(bars: int, compared: bool) -> None:
    rated = ratings([1.0, 2.0, 3.0], bars=[253, 500, bars])
    assert [not math.isnan(rating) for rating in rated] == [True, True, compared]


@pytest.mark.parametrize("name", QUARTERS)
def test_every_period_must_be_there(name: str) -> None:
    values: dict[str, NDArray[np.float64]] = {q: np.array([1.0, 2.0]) for q in QUARTERS}
    values[name] = np.array([NAN, 2.0])
    rated = rs_ratings(np.array(["CS", "CS"], dtype=object), np.array([300, 300]), values)
    assert np.isnan(rated).tolist() == [True, False]


@given(st.lists(st.integers(-50, 50).map(float), max_size=150))
def test_a_rating_is_the_percentile_in_ninety_nine_steps(years: list[float]) -> None:
    rated = ratings(years)
    # 0.4 + 0.2 + 0.2 + 0.2 times a number keeps the order of whole numbers.
    assert rated == [1 + math.floor(0.98 * p) for p in percentiles(np.array(years))]
    assert all(1 <= rating <= 99 for rating in rated)
