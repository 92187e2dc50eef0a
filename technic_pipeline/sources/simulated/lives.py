"""Who lists, delists and renames, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.simulated.streams import Subject, stream

NEVER = np.int64(2**40)

# The first symbols are listed throughout and trade every session, so that the smallest market has
# bars and the awkward tickers among them (names.WORDS) are always present.
STEADY = 24

# Counted in sessions since September 2003: from about 2013 to 2031.
FIRST_EVENT, EVENTS_SPAN = 2_500, 4_500
LISTED_LATER, DELISTED, RENAMED = 0.18, 0.20, 0.22
GOLDEN = (5.0**0.5 - 1.0) / 2.0


@dataclass(frozen=True)
class Lives:
    """One entry a symbol in every array: positions in the calendar, NEVER where there is none.

    A symbol trades from `listed` until before `delisted` and bears its second ticker from
    `renamed` on.
    """

    listed: NDArray[np.int64]
    delisted: NDArray[np.int64]
    renamed: NDArray[np.int64]

    def trading(self, position: int) -> NDArray[np.bool_]:
        """Which symbols are listed in that session."""
        return (self.listed <= position) & (position < self.delisted)


def draw_lives(count: int, seed: int) -> Lives:
    """The lives of the first `count` symbols."""
    chance = stream(seed, Subject.LIVES)
    offsets = chance.random(3)
    draws = chance.random((count, 3))
    draws[:STEADY] = 1.0
    listed = _spread(draws[:, 0] < LISTED_LATER, offsets[0])
    delisted = _spread(draws[:, 1] < DELISTED, offsets[1])
    renamed = _spread(draws[:, 2] < RENAMED, offsets[2])
    listed[listed == NEVER] = 0
    delisted[delisted <= listed] = NEVER
    renamed[(renamed <= listed) | (renamed >= delisted)] = NEVER
    return Lives(listed, delisted, renamed)


def _spread(concerned: NDArray[np.bool_], offset: float) -> NDArray[np.int64]:
    # Multiples of the golden ratio fill the span evenly, so that any year gets its share.
    fraction = (offset + np.cumsum(concerned) * GOLDEN) % 1.0
    return np.where(concerned, FIRST_EVENT + (fraction * EVENTS_SPAN).astype(np.int64), NEVER)
