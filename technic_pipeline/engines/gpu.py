"""The indicators of many symbols on an NVIDIA graphics processor, a thread a lane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.device_call import (
    FIRST_RESULT,
    DeviceCall,
    DeviceSpace,
    lanes_that_fit,
    make_space,
    new_stream,
)
from technic_pipeline.engines.device_memory import PinnedMemory
from technic_pipeline.engines.history import BarHistory
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States
from technic_pipeline.engines.work import Advanced, labelled, lay_out
from technic_pipeline.indicators.indicator import Indicator


class Gpu:
    """The device that CUDA shows first.

    Several threads may call it at once: what one of them computes and another copies then overlap.
    """

    def __init__(self) -> None:
        self._pinned = PinnedMemory()
        self._spaces: list[DeviceSpace] = []

    def advance(
        self,
        history: BarHistory,
        before: States,
        first_wanted: NDArray[np.int64],
        stops: NDArray[np.int64],
        indicators: Sequence[Indicator],
        columns: Sequence[str],
    ) -> Advanced:
        """As `cpu.advance`, with the same bits; the rows lie in pinned memory."""
        work = lay_out(history, before, first_wanted, stops, indicators, columns)
        if len(work.lanes) == 0:
            return work.advanced()
        with self._lent(work.layout, len(work.lanes)) as space:
            # Kept until the stream has come to its end: CuPy lends what is let go of at once.
            call = DeviceCall.send(work, space.stream)
            call.run(space)
            here = [self._pinned.copy(array, space.stream) for array in call.rows[FIRST_RESULT:]]
            if work.states.size:
                call.states.copy_to_host(work.after.integers, stream=space.stream)
            space.stream.synchronize()
        rows = blocks.Rows(*work.rows[:FIRST_RESULT], *here)
        return Advanced(labelled(rows), work.states)

    @contextmanager
    def _lent(self, layout: Layout, lanes: int) -> Iterator[DeviceSpace]:
        """Room that nobody else uses meanwhile."""
        space = self._spaces.pop() if self._spaces else None
        if space is None:
            space = make_space(layout, lanes, new_stream())
        elif space.lanes < min(lanes, lanes_that_fit(layout)):
            stream = space.stream
            # The memory of the smaller one is needed.
            del space
            space = make_space(layout, lanes, stream)
        yield space
        self._spaces.append(space)
