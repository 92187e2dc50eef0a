"""The indicators of many symbols on the processor's cores."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, one_bar
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.program import program
from technic_pipeline.engines.state import States
from technic_pipeline.engines.work import Advanced, Work, lane_block, lay_out
from technic_pipeline.indicators.fingerprint import engine_fingerprint
from technic_pipeline.indicators.indicator import Indicator

# A pass of so many lanes, 32 KB a series, is worth its calls and fits in the cache.
LANES_A_BLOCK = 128
# A row's place in memory, a little further, lest those of all series compete for one place in the
# cache.
LANES_APART = LANES_A_BLOCK + 8


class WorkSpaces:
    """Room for the blocks of several calls.

    To be given fresh memory by the system takes longer than the bars of an evening.
    """

    def __init__(self) -> None:
        self._free: defaultdict[Layout, list[blocks.WorkSpace]] = defaultdict(list)

    @contextmanager
    def lent(self, layout: Layout) -> Iterator[blocks.WorkSpace]:
        """One that nobody else uses meanwhile."""
        try:
            space = self._free[layout].pop()
        except IndexError:
            slots = len(layout.initial)
            space = blocks.work_space(len(layout.columns), slots, LANES_APART)
        yield space
        self._free[layout].append(space)


class Cpu:
    """The processor's cores: all of them where there are many symbols, one where there are few.

    What comes of it does not depend on how many.
    """

    name = "cpu"
    arrays = np
    bars_at_once = 100_000
    calls_at_once = 1

    def __init__(self, threads: int | None = None) -> None:
        """With so many threads, all cores when None."""
        self._threads = threads or os.cpu_count() or 1
        self._spaces = WorkSpaces()

    @property
    def fingerprint(self) -> str:
        """Of this build."""
        return engine_fingerprint()

    def advance(
        self,
        history: BarHistory,
        before: States,
        first_wanted: NDArray[np.int64],
        stops: NDArray[np.int64],
        indicators: Sequence[Indicator],
        columns: Sequence[str],
    ) -> Advanced:
        """As `Engine.advance`."""
        work = lay_out(history, before, first_wanted, stops, indicators, columns)
        run = program(work.layout.indicators)
        starts = iter(range(0, len(work.lanes), LANES_A_BLOCK))
        workers = min(self._threads, -(-len(work.lanes) // LANES_A_BLOCK)) or 1
        if workers == 1:
            _through(run, work, self._spaces, starts)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(lambda _: _through(run, work, self._spaces, starts), range(workers)))
        return work.advanced()

    def prepare(self, indicators: Sequence[Indicator]) -> None:
        """As `Engine.prepare`."""
        compute(self, one_bar(), np.zeros(1, dtype=np.int64), indicators, [])


def _through(
    run: Callable[..., None], work: Work, spaces: WorkSpaces, starts: Iterator[int]
) -> None:
    """Work through blocks until none is left; several threads may share `starts`."""
    with spaces.lent(work.layout) as space:
        for start in starts:
            block = lane_block(work.lanes, slice(start, start + LANES_A_BLOCK))
            run(work.raw, block, work.before, space, work.kept, work.rows, work.after)
