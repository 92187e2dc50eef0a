"""A rating in words; a bound belongs to the milder one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import label

from technic_pipeline.scan.labels import rating_labels


def word(rating: float) -> str | None:
    return rating_labels(np.array([rating])).to_pylist()[0]


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        pytest.param(1.0, "Strong Buy", id="every vote"),
        pytest.param(math.nextafter(0.5, 1.0), "Strong Buy", id="the least above a half"),
        pytest.param(0.5, "Buy", id="a half is not above it"),
        pytest.param(math.nextafter(0.1, 1.0), "Buy", id="the least above a tenth"),
        pytest.param(0.1, "Neutral", id="a tenth is not above it"),
        pytest.param(0.0, "Neutral", id="as many for as against"),
        pytest.param(-0.1, "Neutral", id="mirrored: minus a tenth"),
        pytest.param(math.nextafter(-0.1, -1.0), "Sell", id="the least below minus a tenth"),
        pytest.param(-0.5, "Sell", id="minus a half is not below it"),
        pytest.param(math.nextafter(-0.5, -1.0), "Strong Sell", id="the least below minus a half"),
        pytest.param(-1.0, "Strong Sell", id="every vote against"),
        pytest.param(math.nan, None, id="no rating has no word"),
    ],
)
def test_the_bounds_are_strict(rating: float, expected: str | None) -> None:
    assert word(rating) == expected


@given(st.floats(-1.0, 1.0))
def test_every_rating_has_the_word_of_its_definition(rating: float) -> None:
    assert word(rating) == label(rating)


def test_nobody_has_no_words() -> None:
    assert len(rating_labels(np.array([]))) == 0
