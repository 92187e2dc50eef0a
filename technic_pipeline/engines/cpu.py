"""The indicators of many symbols on the processor's cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.history import BarHistory, IndicatorRows, SplitRecords
from technic_pipeline.engines.lanes import Lanes, plan_lanes, row_positions
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.program import program
from technic_pipeline.engines.state import States, initial_states, state_dtype
from technic_pipeline.indicators.indicator import Indicator

# A pass of so many lanes, 32 KB a series, is worth its calls and fits in the cache.
LANES_A_BLOCK = 128
# A row's place in memory, a little further, lest those of all series compete for one place in the
# cache.
LANES_APART = LANES_A_BLOCK + 8


@dataclass(frozen=True)
class Advanced:
    """The rows that were asked for, and `states[stop, symbol]`, of 0 bars where there is none."""

    rows: IndicatorRows
    states: States


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
    layout = Layout(tuple(indicators))
    lanes = plan_lanes(history, first_wanted, stops)
    raw = _raw_bars(history)
    rows = _room_for_rows(raw, lanes, layout, columns)
    after = np.zeros((stops.shape[1], len(before)), dtype=state_dtype(layout))
    work = _Work(
        program(layout.indicators),
        layout,
        raw,
        _words(before.reshape(1, -1)),
        rows,
        _words(after),
        spaces or WorkSpaces(),
    )
    starts = iter(range(0, len(lanes), LANES_A_BLOCK))
    workers = min(threads or os.cpu_count() or 1, -(-len(lanes) // LANES_A_BLOCK)) or 1
    if workers == 1:
        work.through(lanes, starts)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda _: work.through(lanes, starts), range(workers)))
    return Advanced(_labelled(rows), after)


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


@dataclass(frozen=True)
class _Work:
    """What the blocks of one call share."""

    run: Callable[..., None]
    layout: Layout
    raw: blocks.RawBars
    before: blocks.StateWords
    rows: blocks.Rows
    after: blocks.StateWords
    spaces: WorkSpaces

    def through(self, lanes: Lanes, starts: Iterator[int]) -> None:
        """Work through blocks until none is left; several threads may share `starts`."""
        layout = self.layout
        kept = blocks.Kept(len(layout.initial), layout.remembered, layout.history)
        with self.spaces.lent(layout) as space:
            for start in starts:
                block = _block(lanes, slice(start, start + LANES_A_BLOCK))
                self.run(self.raw, block, self.before, space, kept, self.rows, self.after)


def _block(lanes: Lanes, part: slice) -> blocks.LaneBlock:
    return blocks.LaneBlock(
        symbol=lanes.symbol[part],
        epoch=lanes.epoch[part],
        length=lanes.length[part],
        first_row=lanes.first_row[part],
        splits_from=lanes.splits_from[part],
        splits_to=lanes.splits_to[part],
        stops=np.ascontiguousarray(lanes.stops[part]),
    )


def _raw_bars(history: BarHistory) -> blocks.RawBars:
    floats, integers = np.dtype(np.float64), np.dtype(np.int64)
    first_day, years = history.years()
    return blocks.RawBars(
        symbol_id=_plain(history.symbol_id, np.dtype(np.int32)),
        open=_plain(history.open, floats),
        high=_plain(history.high, floats),
        low=_plain(history.low, floats),
        close=_plain(history.close, floats),
        volume=_plain(history.volume, floats),
        jump=history.jumps(),
        day=_plain(history.session.astype("datetime64[D]", copy=False).view(np.int64), integers),
        first_day=first_day,
        years=years,
        start=_plain(history.start, integers),
        split_bar=_plain(history.split_bars(), integers),
        split_from=_plain(history.splits.split_from, floats),
        split_to=_plain(history.splits.split_to, floats),
    )


def _plain(array: NDArray, dtype: np.dtype) -> NDArray:
    """The array as the machine code was compiled for, which took a minute: none for read-only."""
    return np.require(array, dtype, ["C", "W"])


def _words(states: States) -> blocks.StateWords:
    own = np.ascontiguousarray(states)
    shape = (*own.shape, -1) if own.size else (*own.shape, own.dtype.itemsize // 8)
    whole = own.view(np.int64).reshape(shape)
    return blocks.StateWords(whole.view(np.int32), whole, whole.view(np.float64))


def _room_for_rows(
    raw: blocks.RawBars, lanes: Lanes, layout: Layout, columns: Sequence[str]
) -> blocks.Rows:
    place = np.full(len(layout.columns), -1, dtype=np.int64)
    place[[layout.columns[column] for column in columns]] = np.arange(len(columns))
    position = np.empty(len(raw.day), dtype=np.int64)
    count = 0
    if len(lanes):
        count = row_positions(
            raw.day, raw.start, lanes.symbol, lanes.first_row, lanes.length, position
        )
    return blocks.Rows(
        position=position,
        place=place,
        values=np.empty((len(columns), count)),
        symbol_id=np.empty(count, dtype=np.int32),
        day=np.empty(count, dtype=np.int64),
        bars=np.empty(count, dtype=np.int32),
        digest=np.empty(count, dtype=np.int64),
    )


def _labelled(rows: blocks.Rows) -> IndicatorRows:
    return IndicatorRows(
        symbol_id=rows.symbol_id,
        session=rows.day.view("datetime64[D]"),
        bars=rows.bars,
        digest=rows.digest,
        values=rows.values.T,
    )
