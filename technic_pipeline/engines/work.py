"""One call of an engine, laid out in arrays that the machine code takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.history import BarHistory, IndicatorRows
from technic_pipeline.engines.lanes import Lanes, plan_lanes, row_positions
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, state_dtype
from technic_pipeline.indicators.indicator import Indicator


@dataclass(frozen=True)
class Advanced:
    """The rows that were asked for, and `states[stop, symbol]`, of 0 bars where there is none."""

    rows: IndicatorRows
    states: States


@dataclass(frozen=True)
class Work:
    """What the lanes of one call read, and where their rows and states go."""

    layout: Layout
    lanes: Lanes
    raw: blocks.RawBars
    before: blocks.StateWords
    kept: blocks.Kept
    rows: blocks.Rows
    states: States

    @property
    def after(self) -> blocks.StateWords:
        """The states that are wanted, as the machine code sees them."""
        return state_words(self.states)

    def advanced(self) -> Advanced:
        """What came of it."""
        return Advanced(labelled(self.rows), self.states)


def lay_out(
    history: BarHistory,
    before: States,
    first_wanted: NDArray[np.int64],
    stops: NDArray[np.int64],
    indicators: Sequence[Indicator],
    columns: Sequence[str],
) -> Work:
    """The arrays of a call; its arguments are those of `cpu.advance`."""
    layout = Layout(tuple(indicators))
    lanes = plan_lanes(history, first_wanted, stops)
    raw = _raw_bars(history)
    return Work(
        layout,
        lanes,
        raw,
        state_words(before.reshape(1, -1)),
        blocks.Kept(len(layout.initial), layout.remembered, layout.history),
        _room_for_rows(raw, lanes, layout, columns),
        np.zeros((stops.shape[1], len(before)), dtype=state_dtype(layout)),
    )


def lane_block(lanes: Lanes, part: slice) -> blocks.LaneBlock:
    """Some of the lanes, as the machine code sees them."""
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


def state_words(states: States) -> blocks.StateWords:
    """`[stop, symbol]` states as the machine code sees them."""
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


def labelled(rows: blocks.Rows) -> IndicatorRows:
    """Rows as everyone else knows them."""
    return IndicatorRows(
        symbol_id=rows.symbol_id,
        session=rows.day.view("datetime64[D]"),
        bars=rows.bars,
        digest=rows.digest,
        values=rows.values.T,
    )
