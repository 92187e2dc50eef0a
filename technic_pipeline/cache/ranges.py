"""Neighbouring entries of large values, read and written many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

# What one round trip may carry. The client keeps all answers of a trip in one buffer, whose growth
# costs more than the trips.
BYTES_A_TRIP = 2 * 1024 * 1024


class Range(NamedTuple):
    """Some bytes of the value under a key."""

    key: str
    start: int
    size: int


def trips(ranges: Sequence[Range]) -> Iterator[slice]:
    """Slices of the ranges, each worth one round trip."""
    begin, carried = 0, 0
    for at, wanted in enumerate(ranges):
        if carried and carried + wanted.size > BYTES_A_TRIP:
            yield slice(begin, at)
            begin, carried = at, 0
        carried += wanted.size
    if begin < len(ranges):
        yield slice(begin, len(ranges))
