"""Symbols' bars into lanes, lanes' columns into rows, and states in and out of both.

A block holds the same row of neighbouring lanes side by side in memory, which is what lets one
instruction serve many symbols. It is worked through some rows at a time, so that all series of
those rows stay in the processor's cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY

# Rows of one pass over the indicators.
ROWS = 32
# Bars stand below their history in a longer strip, which is wound back when it is full.
STRIP = HISTORY + 16 * ROWS

# Odd constants without a pattern (SplitMix64 and Knuth's MMIX), for the digest of bars.
MIX = np.int64(-7046029254386353131)
STEP = np.int64(6364136223846793005)


class RawBars(NamedTuple):
    """The bars of all symbols, one after the other, and the splits that adjust them."""

    symbol_id: NDArray[np.int32]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    jump: NDArray[np.float64]
    year: NDArray[np.float64]
    day: NDArray[np.int64]
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
    """The arrays of one block: `[series, row, lane]`, `[slot, lane]`, and one entry a lane."""

    bars: NDArray[np.float64]
    columns: NDArray[np.float64]
    accumulators: NDArray[np.float64]
    digest: NDArray[np.int64]
    seen: NDArray[np.int64]
    session: NDArray[np.int64]
    active: NDArray[np.int64]
    position: NDArray[np.int64]
    straight: NDArray[np.bool_]


def work_space(columns: int, accumulators: int, lanes: int) -> WorkSpace:
    """Room for one block at a time. What nobody touches of it takes no memory."""
    return WorkSpace(
        bars=np.empty((len(BAR_SERIES), STRIP, lanes)),
        columns=np.empty((columns, HISTORY + ROWS, lanes)),
        accumulators=np.empty((accumulators, lanes)),
        digest=np.empty((ROWS + 1, lanes), dtype=np.int64),
        seen=np.empty(lanes, dtype=np.int64),
        session=np.empty(lanes, dtype=np.int64),
        active=np.empty(ROWS, dtype=np.int64),
        position=np.empty((ROWS, lanes), dtype=np.int64),
        straight=np.empty(ROWS, dtype=np.bool_),
    )


@compiled
def load(states, lanes, work, kept):
    """Bring the lanes' states into the work space."""
    for lane in range(lanes.symbol.size):
        symbol = lanes.symbol[lane]
        work.seen[lane] = states.halves[0, symbol, 1]
        work.session[lane] = states.integers[0, symbol, 1]
        work.digest[0, lane] = states.integers[0, symbol, 2]
        numbers = states.numbers[0, symbol, NUMBERS:]
        for slot in range(kept.accumulators):
            work.accumulators[slot, lane] = numbers[slot]
        at = kept.accumulators
        for part in range(len(kept.remembered)):
            series, rows = kept.remembered[part]
            for row in range(rows):
                work.columns[series, HISTORY - rows + row, lane] = numbers[at + row]
            at += rows
        for part in range(len(kept.history)):
            series, rows = kept.history[part]
            for row in range(rows):
                work.bars[series, HISTORY - rows + row, lane] = numbers[at + row]
            at += rows


@compiled
def save(states, stop, lane, symbol, symbol_id, base, rows, work, kept):
    """Keep the state of one lane, `rows` rows into the pass whose bars begin at `base`."""
    states.halves[stop, symbol, 0] = symbol_id
    states.halves[stop, symbol, 1] = work.seen[lane]
    states.integers[stop, symbol, 1] = work.session[lane]
    states.integers[stop, symbol, 2] = work.digest[0, lane]
    numbers = states.numbers[stop, symbol, NUMBERS:]
    for slot in range(kept.accumulators):
        numbers[slot] = work.accumulators[slot, lane]
    at = kept.accumulators
    for part in range(len(kept.remembered)):
        series, count = kept.remembered[part]
        for row in range(count):
            numbers[at + row] = work.columns[series, HISTORY - count + row, lane]
        at += count
    for part in range(len(kept.history)):
        series, count = kept.history[part]
        for row in range(count):
            numbers[at + row] = work.bars[series, base + HISTORY + rows - count + row, lane]
        at += count


@compiled
def pass_end(row, lanes):
    """The row before which this pass ends: at a stop of some lane, or when it is long enough."""
    end = min(row + ROWS, lanes.length[0])
    for lane in range(lanes.symbol.size):
        for stop in range(lanes.stops.shape[1]):
            at = lanes.stops[lane, stop]
            end = at if row < at < end else end
    return end


@compiled
def wind_back(bars, base):
    """Move the history above row `base + HISTORY` to the top of the strip."""
    for series in range(bars.shape[0]):
        for row in range(HISTORY):
            for lane in range(bars.shape[2]):
                bars[series, row, lane] = bars[series, base + row, lane]


@compiled
def count_active(lanes, row, end, active):
    """How many lanes, from the left, have a bar in each row."""
    count = lanes.symbol.size
    for at in range(row, end):
        while lanes.length[count - 1] <= at:
            count -= 1
        active[at - row] = count


@compiled
def adjustment(bar, lane, lanes, raw):
    """Products of split_from and of split_to over the splits that adjust a bar.

    Domain rule: the distinct splits that took effect after the bar and by the lane's epoch; factor
    = (product of split_from) / (product of split_to), products first and one division.
    """
    numerator = 1.0
    denominator = 1.0
    for split in range(lanes.splits_from[lane], lanes.splits_to[lane]):
        if bar < raw.split_bar[split] <= lanes.epoch[lane]:
            numerator *= raw.split_from[split]
            denominator *= raw.split_to[split]
    return numerator, denominator


@compiled
def pack(raw, lanes, row, end, bars, base):
    """Fill the rows of a pass with the lanes' adjusted bars: price * factor, volume * to / from."""
    for lane in range(lanes.symbol.size):
        first = raw.start[lanes.symbol[lane]]
        shift = base + HISTORY - row
        last = min(end, lanes.length[lane])
        for bar in range(row, last):
            at, to = first + bar, shift + bar
            bars[0, to, lane] = raw.open[at]
            bars[1, to, lane] = raw.high[at]
            bars[2, to, lane] = raw.low[at]
            bars[3, to, lane] = raw.close[at]
            bars[4, to, lane] = raw.volume[at]
            bars[5, to, lane] = raw.close[at] * raw.volume[at]
            bars[6, to, lane] = raw.jump[at]
            bars[7, to, lane] = raw.year[at]
        if lanes.splits_from[lane] < lanes.splits_to[lane]:
            for bar in range(row, last):
                numerator, denominator = adjustment(bar, lane, lanes, raw)
                to = shift + bar
                for price in range(4):
                    bars[price, to, lane] *= numerator / denominator
                bars[4, to, lane] = bars[4, to, lane] * denominator / numerator


@compiled
def digest_bars(raw, lanes, row, end, bars, base, digest):
    """Chain every bar, as adjusted, to the digest of those before it: `digest[row + 1, lane]`.

    A sum of the numbers' bits, each times another odd constant, modulo 2^64. It finds a change; it
    is no protection against somebody who wants two histories to have the same one.
    """
    bits = bars.view(np.int64)
    for lane in range(lanes.symbol.size):
        first = raw.start[lanes.symbol[lane]]
        chain = digest[0, lane]
        for bar in range(row, min(end, lanes.length[lane])):
            at = base + HISTORY + bar - row
            mixed = raw.day[first + bar] * MIX
            factor = STEP
            for series in range(bars.shape[0]):
                mixed += bits[series, at, lane] * factor
                factor *= MIX
            chain = (chain ^ (chain >> 29)) * STEP + (mixed ^ (mixed >> 32))
            digest[bar - row + 1, lane] = chain


@compiled
def place_rows(raw, lanes, row, end, rows, work):
    """Where each bar's row goes, and whether a row of the block goes to places side by side."""
    for lane in range(lanes.symbol.size):
        first = raw.start[lanes.symbol[lane]]
        for bar in range(row, end):
            wanted = lanes.first_row[lane] <= bar < lanes.length[lane]
            work.position[bar - row, lane] = rows.position[first + bar] if wanted else -1
    for at in range(end - row):
        straight = work.position[at, 0] >= 0
        for lane in range(1, work.active[at]):
            straight &= work.position[at, lane] == work.position[at, 0] + lane
        work.straight[at] = straight


@compiled
def unpack(column, place, work, passed, rows):
    """Copy `passed` rows of a column to their places in the values number `place`, if not below 0.

    What is not finite becomes NaN, and -0.0 becomes 0.0.
    """
    if place < 0:
        return
    values = rows.values[place]
    for row in range(passed):
        found = column[HISTORY + row]
        count = np.uint64(work.active[row])
        if work.straight[row]:
            begin = work.position[row, 0]
            target = values[begin : begin + work.active[row]]
            for lane in range(count):
                value = found[lane]
                target[lane] = value + 0.0 if abs(value) < np.inf else np.nan
        else:
            for lane in range(count):
                value = found[lane]
                if work.position[row, lane] >= 0:
                    cleaned = value + 0.0 if abs(value) < np.inf else np.nan
                    values[work.position[row, lane]] = cleaned


@compiled
def unpack_labels(raw, lanes, row, end, work, rows):
    """Say whose each row is, of which session, how many bars came up to it, and their digest."""
    for passed in range(end - row):
        for lane in range(work.active[passed]):
            at = work.position[passed, lane]
            if at >= 0:
                symbol = lanes.symbol[lane]
                rows.symbol_id[at] = raw.symbol_id[symbol]
                rows.day[at] = raw.day[raw.start[symbol] + row + passed]
                rows.bars[at] = work.seen[lane] + passed + 1
                rows.digest[at] = work.digest[passed + 1, lane]


@compiled
def finish_pass(raw, lanes, row, end, work, kept):
    """Make the last rows of the pass the history of the next one."""
    for part in range(len(kept.remembered)):
        series, count = kept.remembered[part]
        column = work.columns[series]
        for back in range(HISTORY - count, HISTORY):
            for lane in range(lanes.symbol.size):
                column[back, lane] = column[back + end - row, lane]
    for lane in range(lanes.symbol.size):
        added = min(end, lanes.length[lane]) - row
        if added > 0:
            work.seen[lane] += added
            work.digest[0, lane] = work.digest[added, lane]
            last = raw.start[lanes.symbol[lane]] + row + added - 1
            work.session[lane] = raw.day[last]


@compiled
def save_stopped(states, raw, lanes, end, base, rows, work, kept):
    """Keep the state of every lane that has a stop at row `end`."""
    for lane in range(lanes.symbol.size):
        symbol = lanes.symbol[lane]
        for stop in range(lanes.stops.shape[1]):
            if lanes.stops[lane, stop] == end:
                own = raw.symbol_id[symbol]
                save(states, stop, lane, symbol, own, base, rows, work, kept)
