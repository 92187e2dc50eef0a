"""Symbols' bars into the lanes of a block, some rows a pass."""

from __future__ import annotations

import numpy as np

from technic_pipeline.engines.blocks import ROWS
from technic_pipeline.engines.compiler import compiled
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
