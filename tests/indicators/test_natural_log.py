"""The logarithm is within one unit in the last place of the machine's, and the same everywhere."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from histories import bits
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.indicators.logarithm import natural_log

RATIOS = st.floats(np.finfo(np.float64).tiny, np.finfo(np.float64).max)


@numba.njit
def log_of_each(values, out):
    for i in range(values.size):
        out[i] = natural_log(values[i])


@numba.njit
def log_of_each_lane(values, out):
    for row in range(values.shape[0]):
        for lane in range(values.shape[1]):
            out[row, lane] = natural_log(values[row, lane])


def units_apart(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(ours - theirs) / np.spacing(np.abs(theirs))


@pytest.mark.parametrize(
    ("low", "high"),
    [
        pytest.param(0.999, 1.001, id="a day's move, where the result is small"),
        pytest.param(0.4, 2.5, id="a day's move at its largest"),
        pytest.param(0.7071, 0.7072, id="around the root of a half, where the exponent changes"),
        pytest.param(1.4142, 1.4143, id="around the root of two"),
        pytest.param(1e-12, 1e12, id="from the smallest price to the largest"),
    ],
)
def test_a_hundred_thousand_ratios_are_within_one_unit_of_the_machine_s(
    low: float, high: float
) -> None:
    values = np.exp(np.random.default_rng(1).uniform(math.log(low), math.log(high), 100_000))
    ours = np.empty_like(values)
    log_of_each(values, ours)
    theirs = np.array([math.log(value) for value in values.tolist()])
    assert units_apart(ours, theirs).max() <= 1.0


@given(RATIOS)
@settings(deadline=None)
def test_any_normal_number_is_within_one_unit_of_the_machine_s(value: float) -> None:
    theirs = np.array([math.log(value)])
    assert units_apart(np.array([natural_log(value)]), theirs).max() <= 1.0


def test_the_logarithm_of_one_is_nothing_at_all() -> None:
    assert bits(np.array([natural_log(1.0)])) == bits(np.array([0.0]))


@pytest.mark.parametrize("next_to_one", [np.nextafter(1.0, 0.0), np.nextafter(1.0, 2.0)])
def test_the_neighbours_of_one_have_their_own_distance_as_logarithm(next_to_one: float) -> None:
    assert natural_log(float(next_to_one)) == math.log(next_to_one)


def test_what_is_missing_stays_missing() -> None:
    assert math.isnan(natural_log(math.nan))


def test_the_bits_are_the_same_in_the_interpreter_in_a_loop_and_across_lanes() -> None:
    values = np.exp(np.random.default_rng(2).normal(0.0, 0.5, (63, 17)))
    in_a_loop, across_lanes = np.empty(values.size), np.empty_like(values)
    log_of_each(values.ravel(), in_a_loop)
    log_of_each_lane(values, across_lanes)
    one_by_one = [natural_log(value) for value in values.ravel().tolist()]
    assert bits(in_a_loop) == bits(across_lanes) == bits(np.array(one_by_one))
