"""Symbols' bars into the lanes of a block, some rows a pass."""

from __future__ import annotations

import numpy as np

from technic_pipeline.engines.blocks import ROWS
from technic_pipeline.engines.compiler import compiled, inlined
from technic_pipeline.indicators.indicator import HISTORY

# Odd constants without a pattern (SplitMix64 and Knuth's MMIX), for the digest of bars.
MIX = np.int64(-7046029254386353131)
STEP = np.int64(6364136223846793005)


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
        while count > 0 and lanes.length[count - 1] <= at:
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


@inlined
def side_by_side(source, row, passed, work, target):
    """Put the lanes' next numbers of a series into the rows of `target`."""
    first, active = work.first, work.active
    for at in range(np.uint64(passed)):
        for lane in range(np.uint64(active[at])):
            target[at, lane] = source[np.uint64(first[lane] + row) + at]


@compiled
def pack(raw, lanes, row, end, work, base):
    """Fill the rows of a pass with the lanes' adjusted bars: price * factor, volume * to / from."""
    bars = work.bars[:, base + HISTORY :]
    passed = end - row
    side_by_side(raw.open, row, passed, work, bars[0])
    side_by_side(raw.high, row, passed, work, bars[1])
    side_by_side(raw.low, row, passed, work, bars[2])
    side_by_side(raw.close, row, passed, work, bars[3])
    side_by_side(raw.volume, row, passed, work, bars[4])
    side_by_side(raw.jump, row, passed, work, bars[6])
    side_by_side(raw.day, row, passed, work, work.day)
    for at in range(passed):
        for lane in range(np.uint64(work.active[at])):
            bars[5, at, lane] = bars[3, at, lane] * bars[4, at, lane]
            bars[7, at, lane] = raw.years[np.uint64(work.day[at, lane] - raw.first_day)]
    for lane in range(lanes.symbol.size):
        if lanes.splits_from[lane] < lanes.splits_to[lane]:
            adjust(raw, lanes, lane, row, min(end, lanes.length[lane]), bars)


@compiled
def adjust(raw, lanes, lane, row, end, bars):
    """Apply to a lane's bars of a pass the splits that adjust each of them."""
    for bar in range(row, end):
        numerator, denominator = adjustment(bar, lane, lanes, raw)
        at = bar - row
        for price in range(4):
            bars[price, at, lane] *= numerator / denominator
        bars[4, at, lane] = bars[4, at, lane] * denominator / numerator


@compiled
def digest_bars(work, passed, base):
    """Chain every bar, as adjusted, to the digest of those before it: `digest[row + 1, lane]`.

    A sum of the numbers' bits, each times another odd constant, modulo 2^64. It finds a change; it
    is no protection against somebody who wants two histories to have the same one.
    """
    bits, day, digest = work.bits, work.day, work.digest
    for row in range(passed):
        lanes = range(np.uint64(work.active[row]))
        for lane in lanes:
            digest[row + 1, lane] = day[row, lane] * MIX
        factor = STEP
        for series in range(bits.shape[0]):
            for lane in lanes:
                digest[row + 1, lane] += bits[series, base + HISTORY + row, lane] * factor
            factor *= MIX
        for lane in lanes:
            mixed = digest[row + 1, lane]
            chain = digest[row, lane]
            chain = (chain ^ (chain >> 29)) * STEP + (mixed ^ (mixed >> 32))
            digest[row + 1, lane] = chain


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
