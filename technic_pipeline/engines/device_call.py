"""One call of an engine on a graphics processor: what goes there, and the kernel's starts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from technic_pipeline.engines import blocks
from technic_pipeline.engines.device_memory import cuda, empty, free_memory, sent
from technic_pipeline.engines.device_program import PARTS, device_program
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.work import Work, lane_block
from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY

# A warp: threads that go in step.
LANES_A_GROUP = 32
LANES_AT_MOST = 32_768
# Of the memory that is free when a space is made; another call may be under way.
SHARE_OF_MEMORY = 0.4
# In `Rows`: what comes before it is given.
FIRST_RESULT = blocks.Rows._fields.index("values")


class DeviceSpace(NamedTuple):
    """What one call at a time works with: its queue of the device, and room for so many lanes."""

    stream: Any
    lanes: int
    arrays: blocks.WorkSpace


class DeviceCall(NamedTuple):
    """A call's arrays on the device; `before` and `states` as the words of `StateWords`."""

    work: Work
    raw: blocks.RawBars
    kept: blocks.Kept
    before: Any
    rows: blocks.Rows
    states: Any

    @classmethod
    def send(cls, work: Work, stream: Any) -> DeviceCall:
        """Copy what the lanes read, and make room for what they give."""
        given, results = work.rows[:FIRST_RESULT], work.rows[FIRST_RESULT:]
        return cls(
            work,
            blocks.RawBars(*(sent(each, stream) for each in work.raw)),
            blocks.Kept(*(sent(each, stream) for each in work.kept)),
            sent(work.before.integers, stream),
            blocks.Rows(
                *(sent(array, stream) for array in given),
                *(empty(array.shape, array.dtype) for array in results),
            ),
            sent(work.after.integers, stream),
        )

    def run(self, space: DeviceSpace) -> list[blocks.LaneBlock]:
        """Queue the kernel for all lanes, as many at a time as there is room for.

        To be kept until the stream has come so far: the lanes.
        """
        kernel, stream = device_program(self.work.layout.indicators), space.stream
        before, after = _words(self.before), _words(self.states)
        sent_lanes = []
        for start in range(0, len(self.work.lanes), space.lanes):
            part = _whole_groups(lane_block(self.work.lanes, slice(start, start + space.lanes)))
            lanes = blocks.LaneBlock(*(sent(each, stream) for each in part))
            groups = len(part.symbol) // LANES_A_GROUP
            kernel[groups, (LANES_A_GROUP, PARTS), stream](
                self.raw, lanes, before, space.arrays, self.kept, self.rows, after
            )
            sent_lanes.append(lanes)
        return sent_lanes


def make_space(layout: Layout, lanes: int, stream: Any) -> DeviceSpace:
    """Room for so many lanes, or as many as there is memory for."""
    lanes = _up_to_group(min(lanes, lanes_that_fit(layout)))
    columns, slots = len(layout.columns), len(layout.initial)
    arrays = blocks.work_space(columns, slots, lanes, empty, lanes_apart=True)
    return DeviceSpace(stream, lanes, arrays)


def lanes_that_fit(layout: Layout) -> int:
    """How many lanes there is memory for."""
    numbers = len(BAR_SERIES) * blocks.STRIP + len(layout.columns) * (HISTORY + blocks.ROWS)
    fitting = SHARE_OF_MEMORY * free_memory() / (8 * numbers)
    return int(max(LANES_A_GROUP, min(fitting, LANES_AT_MOST)))


def new_stream() -> Any:
    """Another queue of the device."""
    return cuda.stream()


def _words(integers: Any) -> blocks.StateWords:
    return blocks.StateWords(integers.view(np.int32), integers, integers.view(np.float64))


def _up_to_group(lanes: int) -> int:
    return -(-lanes // LANES_A_GROUP) * LANES_A_GROUP


def _whole_groups(lanes: blocks.LaneBlock) -> blocks.LaneBlock:
    """With lanes of no bar behind the last: threads of a group wait for each other."""
    count = len(lanes.symbol)
    missing = _up_to_group(count) - count
    one_each: list[Any] = [np.pad(each, (0, missing)) for each in lanes[:-1]]
    stops = np.pad(lanes.stops, ((0, missing), (0, 0)), constant_values=-1)
    return blocks.LaneBlock(*[*one_each, stops])
