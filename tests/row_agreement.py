"""Where a row of stored columns is not what the oracle reads off their definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from histories import SESSIONS, Symbol
from oracle import agrees, expected_all, ratings_within_tolerance, votes_within_tolerance

from technic_pipeline.indicators.registry import STORED_COLUMNS

RATINGS = ("ma_rating", "osc_rating", "tech_rating")


def disagreements(
    symbol: Symbol, upto: int, row: Sequence[float], sessions: Sequence[date] = SESSIONS
) -> list[str]:
    """One entry for each column of bars[upto] that is not the oracle's within its tolerance.

    A rating is a step of many comparisons: it also agrees where it is one that values within the
    tolerance can give.
    """
    theirs = expected_all(symbol.bars, symbol.splits, upto, list(sessions))
    assert set(theirs) == set(STORED_COLUMNS)
    close = symbol.bars[upto].close
    ours = {
        name: None if math.isnan(value) else value
        for name, value in zip(STORED_COLUMNS, row, strict=True)
    }
    differing = [n for n in STORED_COLUMNS if not agrees(n, ours[n], theirs[n], close)]
    if any(name in RATINGS for name in differing):
        votes = votes_within_tolerance(symbol.bars, symbol.splits, upto)
        possible = ratings_within_tolerance(votes)
        differing = [n for n in differing if n not in RATINGS or ours[n] not in possible[n]]
    return [f"{name} of bar {upto}: {ours[name]}, expected {theirs[name]}" for name in differing]
