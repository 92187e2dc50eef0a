"""The lanes' columns into rows, in the order in which the table is filled."""

from __future__ import annotations

import numpy as np

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.engines.streaming import storable, stream
from technic_pipeline.indicators.indicator import HISTORY


@compiled
def place_rows(lanes, row, passed, rows, work):
    """Where each bar's row goes, and whether a row of the block goes to places side by side."""
    position, first = work.position, work.first
    for at in range(passed):
        for lane in range(np.uint64(work.active[at])):
            wanted = lanes.first_row[lane] <= row + at
            position[at, lane] = rows.position[np.uint64(first[lane] + row + at)] if wanted else -1
        begin = position[at, 0]
        straight = begin >= 0
        for lane in range(np.uint64(work.active[at])):
            straight &= position[at, lane] == begin + np.int64(lane)
        work.straight[at] = straight


@compiled
def unpack(column, passed, place, values, work):
    """Copy `passed` rows of a column to their places in the values number `place`, if not below 0.

    What is not finite becomes NaN, and -0.0 becomes 0.0.
    """
    if place < 0:
        return
    active, position, straight = work.active, work.position, work.straight
    for row in range(passed):
        today, count = np.uint64(HISTORY + row), np.uint64(active[row])
        if straight[row]:
            begin = np.uint64(position[row, 0])
            stream(column, today, count, values, np.uint64(place), begin)
        else:
            for lane in range(count):
                if position[row, lane] >= 0:
                    values[place, position[row, lane]] = storable(column[today, lane])


@compiled
def unpack_labels(work, passed, rows):
    """Say whose each row is, of which session, how many bars came up to it, and their digest."""
    for row in range(passed):
        for lane in range(np.uint64(work.active[row])):
            at = work.position[row, lane]
            if at >= 0:
                rows.symbol_id[at] = work.symbol_id[lane]
                rows.day[at] = work.day[row, lane]
                rows.bars[at] = work.seen[lane] + row + 1
                rows.digest[at] = work.digest[row + 1, lane]
