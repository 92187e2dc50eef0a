"""Indicator state in Redis: what an engine must know of a symbol to go on from its last bar.

A symbol has up to three states: as of its last bar in the newest week, in the week before, and in
the one before that. The newest serves an ordinary evening; a correction of a past session resumes
from the newest one before it. So state of the past is never moved or computed again: a week that is
over simply stays as it is.

The states of 256 symbols lie in one value, each in a place of its own, so that the market is moved
in a few commands and one symbol by itself. A state is used only when its checksum is right and it
agrees with what PostgreSQL knows (store/followed_bars.py); any other is as good as none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numba
import numpy as np
from numpy.typing import NDArray

from technic_pipeline.cache.connection import disposable_cache
from technic_pipeline.cache.ranges import Range
from technic_pipeline.engines.state import States

SYMBOLS_A_VALUE = 256
WEEKS = 3
# Four weeks: the oldest of three, and a market that is closed for one.
KEPT_SECONDS = 28 * 24 * 60 * 60
# As many older weeks are removed when a week is written; a gap beyond that expires by itself.
FORGOTTEN_WEEKS = 3
# 1970-01-01 was a Thursday.
DAYS_TO_MONDAY = 3
# A checksum's field in a state, counted in words of eight bytes.
CHECKSUM_WORD = 3


def week_of(session: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """The number of each day's week, Monday to Sunday."""
    return (session.astype("datetime64[D]").astype(np.int64) + DAYS_TO_MONDAY) // 7


def week_of_day(day: date) -> int:
    """The number of one day's week."""
    return int(week_of(np.array([day], dtype="datetime64[D]"))[0])


def week_begin(week: int) -> np.datetime64:
    """The Monday of a week."""
    return np.datetime64(week * 7 - DAYS_TO_MONDAY, "D")


@dataclass(frozen=True)
class StateCache:
    """The states of one database's symbols, of one engine build and one layout."""

    redis_url: str
    database_id: str
    fingerprint: str
    dtype: np.dtype

    def load(self, week: int, symbol_id: NDArray[np.int32]) -> States:
        """The states of a week, one a symbol (sorted); of 0 bars where there is none to trust."""
        states = np.zeros(len(symbol_id), dtype=self.dtype)
        ranges = self._ranges(week, symbol_id)
        disposable_cache(self.redis_url).fetch_ranges(ranges, _content(states))
        trusted = states["symbol_id"] == symbol_id
        trusted &= states["checksum"] == checksums(_words(states))
        trusted &= week_of(states["session"].astype("datetime64[D]")) == week
        states["bars"][~trusted] = 0
        return states

    def save(self, week: int, states: States) -> None:
        """Put states (sorted by symbol, none of 0 bars) in the place of a week's older ones."""
        states["checksum"] = checksums(_words(states))
        ranges = self._ranges(week, states["symbol_id"])
        cache = disposable_cache(self.redis_url)
        cache.store_ranges(ranges, _content(states), KEPT_SECONDS)
        groups = np.unique(states["symbol_id"] // SYMBOLS_A_VALUE).tolist()
        over = range(week - WEEKS - FORGOTTEN_WEEKS + 1, week - WEEKS + 1)
        cache.forget([self._key(old, group) for old in over for group in groups])

    @property
    def answers(self) -> bool:
        """Whether Redis did the last time it was asked."""
        return disposable_cache(self.redis_url).answers

    def _ranges(self, week: int, symbol_id: NDArray[np.int32]) -> list[Range]:
        """Where the states of symbols are, neighbours within one value together."""
        size = self.dtype.itemsize
        group, place = np.divmod(symbol_id, SYMBOLS_A_VALUE)
        breaks = np.diff(symbol_id, prepend=symbol_id[:1] - 2) != 1
        begins = np.flatnonzero(breaks | (place == 0))
        counts = np.diff(begins, append=len(symbol_id))
        runs = zip(group[begins].tolist(), place[begins].tolist(), counts.tolist(), strict=True)
        return [Range(self._key(week, g), p * size, count * size) for g, p, count in runs]

    def _key(self, week: int, group: int) -> str:
        return f"technic:state:{self.fingerprint}:{self.database_id}:{week}:{group}"


def _content(states: States) -> memoryview:
    return memoryview(states.view(np.uint8))  # pyright: ignore[reportArgumentType] - arrays have a buffer


def _words(states: States) -> NDArray[np.int64]:
    return states.view(np.int64).reshape(len(states), -1)


@numba.njit(cache=True, nogil=True)
def checksums(words):
    """A 64-bit checksum of each row's words, its own field left out."""
    odd = np.int64(-7046029254386353131)
    found = np.empty(len(words), dtype=np.int64)
    sums = np.empty(8, dtype=np.int64)
    for row in range(len(words)):
        sums[:] = 1
        whole = words.shape[1] // 8 * 8
        for begin in range(0, whole, 8):
            for at in range(8):
                word = words[row, begin + at]
                word = 0 if begin + at == CHECKSUM_WORD else word
                sums[at] = (sums[at] ^ word) * odd
                sums[at] ^= sums[at] >> 29
        total = np.int64(0)
        for at in range(whole, words.shape[1]):
            total = (total ^ words[row, at]) * odd
            total ^= total >> 29
        for at in range(8):
            total = (total ^ sums[at]) * odd
            total ^= total >> 29
        found[row] = total
    return found
