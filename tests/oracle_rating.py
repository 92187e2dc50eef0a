"""The technical rating of a bar: its votes, their means, and the word for them."""

from collections.abc import Mapping
from itertools import product
from typing import Final

from oracle_bars import RawBar, SplitEvent, adjusted
from oracle_series import Series
from oracle_votes import MA_RULES, OSC_RULES, possible_votes

RULES: Final = {**MA_RULES, **OSC_RULES}


def votes(bars: list[RawBar], splits: list[SplitEvent], upto: int) -> dict[str, int | None]:
    """Return the 26 votes for bars[upto] by name: +1, 0, -1, or None where one is missing."""
    return votes_of(Series.of(adjusted(bars, splits, upto)))


def votes_of(series: Series) -> dict[str, int | None]:
    """Return the 26 votes for the last bar of an adjusted series."""
    cast = {name: possible_votes(rule, series, False) for name, rule in RULES.items()}
    return {name: next(iter(options), None) for name, options in cast.items()}


def votes_within_tolerance(
    bars: list[RawBar], splits: list[SplitEvent], upto: int
) -> dict[str, frozenset[int]]:
    """Return, by name, every vote that values within the tolerance of agreement can give.

    Empty where the vote is missing.
    """
    series = Series.of(adjusted(bars, splits, upto))
    return {name: possible_votes(rule, series, True) for name, rule in RULES.items()}


def near_threshold(bars: list[RawBar], splits: list[SplitEvent], upto: int) -> dict[str, bool]:
    """Return, by name, whether a comparison that decides the vote lies within the tolerance."""
    possible = votes_within_tolerance(bars, splits, upto)
    return {name: len(options) > 1 for name, options in possible.items()}


def ratings(cast: Mapping[str, int | None]) -> dict[str, float | None]:
    """Return ma_rating, osc_rating and tech_rating of 26 votes, None where none was cast."""
    averages = _mean([vote for name in MA_RULES if (vote := cast[name]) is not None])
    oscillators = _mean([vote for name in OSC_RULES if (vote := cast[name]) is not None])
    known = [mean for mean in (averages, oscillators) if mean is not None]
    return {"ma_rating": averages, "osc_rating": oscillators, "tech_rating": _mean(known)}


def ratings_within_tolerance(
    possible: Mapping[str, frozenset[int]],
) -> dict[str, frozenset[float]]:
    """Return every value that each rating can take; empty where it is missing."""
    averages = _means([possible[name] for name in MA_RULES if possible[name]])
    oscillators = _means([possible[name] for name in OSC_RULES if possible[name]])
    together = product(averages or [None], oscillators or [None])
    pairs = [[mean for mean in pair if mean is not None] for pair in together]
    overall = frozenset(mean for pair in pairs if (mean := _mean(pair)) is not None)
    return {"ma_rating": averages, "osc_rating": oscillators, "tech_rating": overall}


def _mean(numbers: list[int] | list[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _means(options: list[frozenset[int]]) -> frozenset[float]:
    totals = frozenset([0])
    for votes_here in options:
        totals = frozenset(total + vote for total in totals for vote in votes_here)
    return frozenset(total / len(options) for total in totals) if options else frozenset()


def label(rating: float) -> str:
    """Return the word for a rating; every bound is strict."""
    if rating > 0.5:
        return "Strong Buy"
    if rating > 0.1:
        return "Buy"
    if rating < -0.5:
        return "Strong Sell"
    return "Sell" if rating < -0.1 else "Neutral"
