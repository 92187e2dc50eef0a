"""Each of the 26 votes of the rating, on every bar, is one that its definition allows."""

from __future__ import annotations

import numpy as np
import pytest
from histories import Symbol, flat, history_of, walk
from oracle import votes, votes_within_tolerance

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.indicators.rating import MOVING_AVERAGE_VOTES, OSCILLATOR_VOTES
from technic_pipeline.indicators.registry import REGISTRY

# In the oracle's order, which is that of the published rules.
VOTES = [vote.columns[0] for vote in (*MOVING_AVERAGE_VOTES, *OSCILLATOR_VOTES)]
WALK = walk(1, count=280)


def cast(symbol: Symbol) -> np.ndarray:
    """`[bar, vote]`, NaN where one is missing."""
    first = np.zeros(1, dtype=np.int64)
    return compute(Cpu(), history_of([symbol]), first, REGISTRY, VOTES).values


@pytest.mark.parametrize(
    "symbol",
    [
        pytest.param(WALK, id="an ordinary share"),
        pytest.param(walk(2, count=280, price=1e-5), id="prices of 1e-5"),
        pytest.param(walk(3, count=280, price=7e5), id="prices of 7e5"),
        pytest.param(walk(4, count=280, splits=[(60, 2, 3), (210, 10, 1)]), id="two splits"),
        pytest.param(flat(12.5, 280), id="a price that never moves"),
    ],
)
def test_every_vote_is_one_that_values_within_the_tolerance_give(symbol: Symbol) -> None:
    wrong = []
    for at, row in enumerate(cast(symbol).tolist()):
        allowed = votes_within_tolerance(symbol.bars, symbol.splits, at)
        for vote, (name, options) in zip(row, allowed.items(), strict=True):
            if not (vote in options if options else np.isnan(vote)):
                wrong.append(f"{name} of bar {at}: {vote}, not of {set(options)}")
    assert wrong == []


def test_nearly_all_are_the_very_votes_of_the_definition() -> None:
    theirs = [[*votes(WALK.bars, [], at).values()] for at in range(len(WALK.bars))]
    same = np.isclose(cast(WALK), np.array(theirs, dtype=np.float64), equal_nan=True)
    assert same.mean() > 0.999


def test_every_vote_is_cast_for_against_and_not_at_all() -> None:
    many = np.concatenate([cast(walk(seed, count=600)) for seed in range(6)])
    for name, column in zip(VOTES, many.T, strict=True):
        neutral = [0.0] if name in OSCILLATORS_AND_CLOUD else []
        assert sorted(set(column[~np.isnan(column)].tolist())) == sorted([-1.0, *neutral, 1.0])


OSCILLATORS_AND_CLOUD = {"vote_ichimoku", *VOTES[15:]} - {"vote_mom", "vote_macd"}
