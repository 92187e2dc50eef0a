"""The indicators of many symbols on the processor's cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.blocks import pack, unpack
from technic_pipeline.engines.compiler import compiled
from technic_pipeline.engines.history import BarHistory, IndicatorRows
from technic_pipeline.engines.lanes import Lanes, plan_lanes
from technic_pipeline.engines.state import State, initial_state
from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY, Block, Indicator

# Two vectors of eight doubles; more lanes only make the block outgrow the cache.
LANES_A_BLOCK = 16


compiled_once = cache(compiled)


def advance(
    indicators: Sequence[Indicator], state: State, bars: NDArray[np.float64], active: NDArray
) -> tuple[State, NDArray[np.float64]]:
    """Take lanes on by new bars: the one way in which values come about.

    Args:
        indicators: in the registry's order.
        state: of the same lanes, before these bars.
        bars: `[bar series, row, lane]`, adjusted as of the lane's epoch.
        active: how many lanes, from the left, have a bar in each row (int64, falling).

    Returns:
        The state after each lane's last bar, and every series (`BAR_SERIES`, then the indicators'
        columns) as `[series, HISTORY + row, lane]`.
    """
    rows, lanes = bars.shape[1:]
    names = _series_names(indicators)
    series = np.empty((len(names), HISTORY + rows, lanes))
    series[: len(BAR_SERIES), :HISTORY] = state.history
    series[: len(BAR_SERIES), HISTORY:] = bars
    for position, recalled in _remembered_parts(indicators, names, state.remembered):
        series[position, HISTORY - len(recalled) : HISTORY] = recalled
    accumulators = state.accumulators.copy()
    block = Block(state.seen, active, 0, lanes)
    slot = 0
    for indicator in indicators:
        slots = accumulators[slot : slot + len(indicator.initial)]
        slot += len(indicator.initial)
        arrays = [series[names[name]] for name in (*indicator.reads, *indicator.columns)]
        compiled_once(indicator.kernel)(*arrays, slots, block, *indicator.parameters)
    added = (active[:, None] > np.arange(lanes)).sum(axis=0)
    remembered = np.empty_like(state.remembered)
    for position, kept in _remembered_parts(indicators, names, remembered):
        kept[:] = _last_rows(series[position : position + 1], added, len(kept))[0]
    history = _last_rows(series[: len(BAR_SERIES)], added, HISTORY)
    return State(accumulators, remembered, history, state.seen + added), series


def compute(
    history: BarHistory,
    first_wanted: NDArray[np.int64],
    indicators: Sequence[Indicator],
    columns: Sequence[str],
    threads: int | None = None,
) -> IndicatorRows:
    """The rows of every symbol from its bar `first_wanted[symbol]` on.

    Args:
        history: every bar of the symbols, from their first.
        first_wanted: int64, one entry a symbol.
        indicators: what to run, in the registry's order.
        columns: which of their columns to return, in this order.
        threads: how many blocks to work on at once; all cores when None.
    """
    lanes = plan_lanes(history, first_wanted)
    values = np.empty((lanes.rows, len(columns)))
    names = _series_names(indicators)
    wanted = np.array([names[column] for column in columns], dtype=np.int64)
    work = partial(
        _fill_block,
        history,
        history.jumps(),
        history.years(),
        history.split_bars(),
        lanes,
        indicators,
    )
    starts = range(0, len(lanes), LANES_A_BLOCK)
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        list(pool.map(lambda start: work(start, wanted, values), starts))
    return _label(history, first_wanted, values)


def _series_names(indicators: Sequence[Indicator]) -> dict[str, int]:
    columns = [column for indicator in indicators for column in indicator.columns]
    return {name: position for position, name in enumerate((*BAR_SERIES, *columns))}


def _remembered_parts(
    indicators: Sequence[Indicator], names: dict[str, int], remembered: NDArray[np.float64]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Each remembered column's position among the series, and its rows in `remembered`."""
    row = 0
    for indicator in indicators:
        for column in indicator.columns if indicator.remembers else ():
            yield names[column], remembered[row : row + indicator.remembers]
            row += indicator.remembers


def _last_rows(series: NDArray, added: NDArray, rows: int) -> NDArray:
    """The rows that end with each lane's last bar, of which `added` are new."""
    kept = np.empty((len(series), rows, series.shape[2]))
    for lane, new in enumerate(added):
        end = HISTORY + new
        kept[:, :, lane] = series[:, end - rows : end, lane]
    return kept


def _fill_block(
    history: BarHistory,
    jump: NDArray,
    year: NDArray,
    split_bar: NDArray,
    lanes: Lanes,
    indicators: Sequence[Indicator],
    start: int,
    wanted: NDArray,
    values: NDArray,
) -> None:
    part = slice(start, start + LANES_A_BLOCK)
    lengths = lanes.length[part]
    bars = np.full((len(BAR_SERIES), HISTORY + lengths[0], len(lengths)), np.nan)
    pack(
        (history.open, history.high, history.low, history.close, history.volume),
        jump,
        year,
        history.start,
        split_bar,
        history.splits.split_from,
        history.splits.split_to,
        (
            lanes.symbol[part],
            lanes.epoch[part],
            lengths,
            lanes.splits_from[part],
            lanes.splits_to[part],
        ),
        bars,
    )
    active = (lengths > np.arange(lengths[0])[:, None]).sum(axis=1)
    state = initial_state(indicators, len(lengths))
    _, series = advance(indicators, state, bars[:, HISTORY:], active)
    unpack(series, wanted, lengths, lanes.first_row[part], lanes.target[part], values)


def _label(history: BarHistory, first_wanted: NDArray, values: NDArray) -> IndicatorRows:
    lengths = np.diff(history.start)
    counts = np.maximum(lengths - first_wanted, 0)
    symbol = np.repeat(np.arange(len(lengths)), counts)
    within = np.arange(len(symbol)) - np.repeat(np.cumsum(counts) - counts, counts)
    bar = first_wanted[symbol] + within
    return IndicatorRows(
        symbol_id=history.symbol_id[symbol],
        session=history.session[history.start[symbol] + bar],
        bars=(bar + 1).astype(np.int32),
        values=values,
    )
