"""States into the lanes of a block, and out of them where a lane has a stop."""

from __future__ import annotations

from technic_pipeline.engines.blocks import NUMBERS
from technic_pipeline.engines.compiler import compiled
from technic_pipeline.indicators.indicator import HISTORY


@compiled
def load(states, raw, lanes, work, kept):
    """Bring the lanes' states into the work space."""
    for lane in range(lanes.symbol.size):
        symbol = lanes.symbol[lane]
        work.symbol_id[lane] = raw.symbol_id[symbol]
        work.first[lane] = raw.start[symbol]
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
def save_stopped(states, raw, lanes, end, base, rows, work, kept):
    """Keep the state of every lane that has a stop at row `end`."""
    for lane in range(lanes.symbol.size):
        symbol = lanes.symbol[lane]
        for stop in range(lanes.stops.shape[1]):
            if lanes.stops[lane, stop] == end:
                own = raw.symbol_id[symbol]
                save(states, stop, lane, symbol, own, base, rows, work, kept)
