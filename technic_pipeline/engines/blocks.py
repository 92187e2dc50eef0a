"""What the machine code is given: bars, lanes, states, room to work in, and where rows go.

A block holds the same row of neighbouring lanes side by side in memory, which is what lets one
instruction serve many symbols. It is worked through some rows at a time, so that all series of
those rows stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY

# Rows of one pass over the indicators.
ROWS = 32
# Bars stand below their history in a longer strip, which is wound back when it is full.
STRIP = HISTORY + 16 * ROWS


class RawBars(NamedTuple):
    """The bars of all symbols, one after the other, and the splits that adjust them.

    `years` are the calendar years of the days from `first_day` on.
    """

    symbol_id: NDArray[np.int32]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    jump: NDArray[np.bool_]
    day: NDArray[np.int64]
    first_day: int
    years: NDArray[np.float64]
    start: NDArray[np.int64]
    split_bar: NDArray[np.int64]
    split_from: NDArray[np.float64]
    split_to: NDArray[np.float64]


class LaneBlock(NamedTuple):
    """Lanes side by side, longest first; see `lanes.Lanes`."""

    symbol: NDArray[np.int64]
    epoch: NDArray[np.int64]
    length: NDArray[np.int64]
    first_row: NDArray[np.int64]
    splits_from: NDArray[np.int64]
    splits_to: NDArray[np.int64]
    stops: NDArray[np.int64]


class Kept(NamedTuple):
    """The layout of a state: columns and bar series that are looked back at, and how far."""

    accumulators: int
    remembered: NDArray[np.int64]
    history: NDArray[np.int64]


class StateWords(NamedTuple):
    """States as the machine code sees them, `[stop, symbol, word]`: the same memory three times.

    As `state.state_dtype` lays them out: symbol_id and bars are the first two halves, session and
    digest the words after, and the numbers begin at `NUMBERS`.
    """

    halves: NDArray[np.int32]
    integers: NDArray[np.int64]
    numbers: NDArray[np.float64]


NUMBERS = 4


class Rows(NamedTuple):
    """Where results go.

    A bar's row is `position[bar]`; a column's values are `values[place[column]]`, unless that is
    -1. The others have an entry a row.
    """

    position: NDArray[np.int64]
    place: NDArray[np.int64]
    values: NDArray[np.float64]
    symbol_id: NDArray[np.int32]
    day: NDArray[np.int64]
    bars: NDArray[np.int32]
    digest: NDArray[np.int64]


class WorkSpace(NamedTuple):
    """The arrays of one block: `[series, row, lane]`, `[slot, lane]`, and one entry a lane.

    `bits` are the memory of `bars` as integers.
    """

    bars: NDArray[np.float64]
    bits: NDArray[np.int64]
    columns: NDArray[np.float64]
    accumulators: NDArray[np.float64]
    day: NDArray[np.int64]
    digest: NDArray[np.int64]
    symbol_id: NDArray[np.int32]
    first: NDArray[np.int64]
    seen: NDArray[np.int64]
    session: NDArray[np.int64]
    active: NDArray[np.int64]
    position: NDArray[np.int64]
    straight: NDArray[np.bool_]


def work_space(
    columns: int,
    accumulators: int,
    lanes: int,
    empty: Callable[[tuple[int, ...], DTypeLike], Any] = np.empty,
    *,
    lanes_apart: bool = False,
) -> WorkSpace:
    """Room for one block at a time. What nobody touches of it takes no memory.

    Where every lane is a block by itself, `lanes_apart`, each has its own `active` and `straight`.
    """
    floats, integers = np.dtype(np.float64), np.dtype(np.int64)
    a_row = (ROWS, lanes) if lanes_apart else (ROWS,)
    bars = empty((len(BAR_SERIES), STRIP, lanes), floats)
    return WorkSpace(
        bars=bars,
        bits=bars.view(integers),
        columns=empty((columns, HISTORY + ROWS, lanes), floats),
        accumulators=empty((accumulators, lanes), floats),
        day=empty((ROWS, lanes), integers),
        digest=empty((ROWS + 1, lanes), integers),
        symbol_id=empty((lanes,), np.dtype(np.int32)),
        first=empty((lanes,), integers),
        seen=empty((lanes,), integers),
        session=empty((lanes,), integers),
        active=empty(a_row, integers),
        position=empty((ROWS, lanes), integers),
        straight=empty(a_row, np.dtype(np.bool_)),
    )
