"""The indicators of many symbols on an NVIDIA graphics processor, a thread a lane."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.device_call import (
    FIRST_RESULT,
    DeviceCall,
    DeviceSpace,
    lanes_that_fit,
    make_space,
    new_stream,
)
from technic_pipeline.engines.device_memory import PinnedMemory, cuda, cupy
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, one_bar
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States
from technic_pipeline.engines.trial import same_bits
from technic_pipeline.engines.work import Advanced, labelled, lay_out
from technic_pipeline.errors import EngineUnavailable
from technic_pipeline.indicators.fingerprint import engine_fingerprint
from technic_pipeline.indicators.indicator import Indicator


class Gpu:
    """The device that CUDA shows first.

    Of calls at once one computes while another's rows are copied. Where the device rounds
    otherwise than the processor, its values are of another build.
    """

    name = "gpu"
    # The simulator of a device has no CuPy.
    arrays = cupy or np
    bars_at_once = 2_000_000
    calls_at_once = 3

    def __init__(self) -> None:
        """The device that is there.

        Raises:
            EngineUnavailable: none is.
        """
        if not cuda.is_available():
            why = "no NVIDIA device and driver were found"
            raise EngineUnavailable(self.name, why, "set TECHNIC_ENGINE=cpu or auto")
        self._fingerprint = ""
        self._pinned = PinnedMemory()
        self._spaces: defaultdict[Layout, list[DeviceSpace]] = defaultdict(list)

    @property
    def fingerprint(self) -> str:
        """The processor's, where a trial shows the same bits; else one of the device's kind."""
        if not self._fingerprint:
            build = engine_fingerprint()
            self._fingerprint = build if same_bits(self, Cpu()) else _of_this_kind(build)
        return self._fingerprint

    def prepare(self, indicators: Sequence[Indicator]) -> None:
        """As `Engine.prepare`."""
        compute(self, one_bar(), np.zeros(1, dtype=np.int64), indicators, [])

    def advance(
        self,
        history: BarHistory,
        before: States,
        first_wanted: NDArray[np.int64],
        stops: NDArray[np.int64],
        indicators: Sequence[Indicator],
        columns: Sequence[str],
    ) -> Advanced:
        """As `Engine.advance`; the rows lie in pinned memory."""
        work = lay_out(history, before, first_wanted, stops, indicators, columns)
        if len(work.lanes) == 0:
            return work.advanced()
        with self._lent(work.layout, len(work.lanes)) as space:
            # Kept until the stream has come to its end: CuPy lends what is let go of at once.
            call = DeviceCall.send(work, space.stream)
            lanes = call.run(space)
            here = [self._pinned.copy(array, space.stream) for array in call.rows[FIRST_RESULT:]]
            if work.states.size:
                call.states.copy_to_host(work.after.integers, stream=space.stream)
            space.stream.synchronize()
            del lanes, call
        results: list[Any] = [*work.rows[:FIRST_RESULT], *here]
        return Advanced(labelled(blocks.Rows(*results)), work.states)

    @contextmanager
    def _lent(self, layout: Layout, lanes: int) -> Iterator[DeviceSpace]:
        """Room that nobody else uses meanwhile."""
        free = self._spaces[layout]
        space = free.pop() if free else None
        if space is None:
            space = make_space(layout, lanes, new_stream())
        elif space.lanes < min(lanes, lanes_that_fit(layout)):
            stream = space.stream
            # The memory of the smaller one is needed.
            del space
            space = make_space(layout, lanes, stream)
        yield space
        free.append(space)


def _of_this_kind(build: str) -> str:
    kind = tuple(cuda.get_current_device().compute_capability)
    return hashlib.sha256(f"{build} cuda {kind}".encode()).hexdigest()[: len(build)]
