"""The indicators of many symbols on the processor's cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.history import BarHistory, IndicatorRows, SplitRecords
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.program import program
from technic_pipeline.engines.state import States, initial_states
from technic_pipeline.engines.work import Advanced, Work, lane_block, lay_out
from technic_pipeline.indicators.indicator import Indicator

# A pass of so many lanes, 32 KB a series, is worth its calls and fits in the cache.
LANES_A_BLOCK = 128
# A row's place in memory, a little further, lest those of all series compete for one place in the
# cache.
LANES_APART = LANES_A_BLOCK + 8


class WorkSpaces:
    """Room for the blocks of several calls, all of one layout.

    To be given fresh memory by the system takes longer than the bars of an evening.
    """

    def __init__(self) -> None:
        self._free: list[blocks.WorkSpace] = []

    @contextmanager
    def lent(self, layout: Layout) -> Iterator[blocks.WorkSpace]:
        """One that nobody else uses meanwhile."""
        try:
            space = self._free.pop()
        except IndexError:
            slots = len(layout.initial)
            space = blocks.work_space(len(layout.columns), slots, LANES_APART)
        yield space
        self._free.append(space)


def compute(
    history: BarHistory,
    first_wanted: NDArray[np.int64],
    indicators: Sequence[Indicator],
    columns: Sequence[str],
    threads: int | None = None,
) -> IndicatorRows:
    """The rows of every symbol from its bar `first_wanted[symbol]` on, from its first bar.

    Args:
        history: every bar of the symbols, from their first.
        first_wanted: int64, one entry a symbol.
        indicators: what to run, in the registry's order.
        columns: which of their columns to return, in this order.
        threads: how many blocks to work on at once; all cores when None.
    """
    before = initial_states(Layout(tuple(indicators)), history.symbol_id)
    nowhere = np.empty((len(before), 0), dtype=np.int64)
    return advance(history, before, first_wanted, nowhere, indicators, columns, threads).rows


def advance(
    history: BarHistory,
    before: States,
    first_wanted: NDArray[np.int64],
    stops: NDArray[np.int64],
    indicators: Sequence[Indicator],
    columns: Sequence[str],
    threads: int | None = None,
    spaces: WorkSpaces | None = None,
) -> Advanced:
    """Take symbols on by their bars at hand: the one way in which values come about.

    Args:
        history: the bars that follow those which `before` has taken in. A split may only take
            effect among them for a symbol that has none before.
        before: the symbols' states.
        first_wanted: int64, the first bar at hand of each symbol whose row is wanted.
        stops: int64 `[symbol, stop]`, numbers of bars after which its state is wanted, or -1. A
            state adjusted by a split that took effect later is none: then there is none.
        indicators, columns, threads: as for `compute`.
        spaces: those of the calls before, of the same indicators.
    """
    work = lay_out(history, before, first_wanted, stops, indicators, columns)
    run, spaces = program(work.layout.indicators), spaces or WorkSpaces()
    starts = iter(range(0, len(work.lanes), LANES_A_BLOCK))
    workers = min(threads or os.cpu_count() or 1, -(-len(work.lanes) // LANES_A_BLOCK)) or 1
    if workers == 1:
        _through(run, work, spaces, starts)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda _: _through(run, work, spaces, starts), range(workers)))
    return work.advanced()


def prepare(indicators: Sequence[Indicator]) -> None:
    """Have the machine code for some indicators loaded, or made, which takes a minute."""
    one, none = np.ones(1), np.empty(0)
    history = BarHistory(
        symbol_id=np.zeros(1, dtype=np.int32),
        start=np.array([0, 1]),
        session=np.zeros(1, dtype="datetime64[D]"),
        ordinal=np.zeros(1, dtype=np.int32),
        open=one,
        high=one,
        low=one,
        close=one,
        volume=one,
        splits=SplitRecords(none.astype(int), none.astype("datetime64[D]"), none, none),
    )
    compute(history, np.zeros(1, dtype=np.int64), indicators, [])


def _through(
    run: Callable[..., None], work: Work, spaces: WorkSpaces, starts: Iterator[int]
) -> None:
    """Work through blocks until none is left; several threads may share `starts`."""
    with spaces.lent(work.layout) as space:
        for start in starts:
            block = lane_block(work.lanes, slice(start, start + LANES_A_BLOCK))
            run(work.raw, block, work.before, space, work.kept, work.rows, work.after)
