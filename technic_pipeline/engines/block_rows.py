"""The lanes' columns into rows, in the order in which the table is filled."""

from __future__ import annotations

import numpy as np

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.indicators.indicator import HISTORY


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
