"""One function takes lanes on by one bar or by a whole history, and the bits are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from histories import bar_series, history_of, plain, walk
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.engines import cpu
from technic_pipeline.engines.state import State, initial_state
from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY
from technic_pipeline.indicators.registry import REGISTRY

LONGEST = 320
# Stands where a lane has no bar any more: a lane that reads it is found out.
BEYOND = 1e9


@dataclass(frozen=True)
class Lane:
    """Which walk, how many of its bars, and how many of those came before the block was made."""

    seed: int
    length: int
    before: int


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    length = draw(st.integers(0, LONGEST))
    return Lane(draw(st.integers(1, 8)), length, draw(st.integers(0, length)))


@cache
def bars_of(seed: int) -> NDArray[np.float64]:
    """One walk's bars as `[bar series, bar]`; the wilder ones jump."""
    return bar_series(history_of([walk(seed, count=LONGEST, daily=0.02 * seed, absent=0.1)]))


def advance(state: State, bars: Sequence[NDArray[np.float64]]) -> tuple[State, list[NDArray]]:
    """Take each lane on by its own bars, longest first; also its values, `[series, bar]`."""
    lengths = np.array([own.shape[1] for own in bars], dtype=np.int64)
    block = np.full((len(BAR_SERIES), max(lengths), len(bars)), BEYOND)
    for lane, own in enumerate(bars):
        block[:, : lengths[lane], lane] = own
    active = (lengths > np.arange(max(lengths))[:, None]).sum(axis=1)
    after, series = cpu.advance(REGISTRY, state, block, active)
    rows = [series[:, HISTORY : HISTORY + n, lane] for lane, n in enumerate(lengths)]
    return after, rows


def side_by_side(states: Sequence[State]) -> State:
    return State(
        np.concatenate([state.accumulators for state in states], axis=1),
        np.concatenate([state.remembered for state in states], axis=1),
        np.concatenate([state.history for state in states], axis=2),
        np.concatenate([state.seen for state in states]),
    )


def lane_of(state: State, lane: int) -> State:
    return State(
        state.accumulators[:, [lane]],
        state.remembered[:, [lane]],
        state.history[:, :, [lane]],
        state.seen[[lane]],
    )


def alone(bars: NDArray[np.float64]) -> tuple[State, NDArray[np.float64]]:
    """One lane by itself over all its bars in one call."""
    state, (rows,) = advance(initial_state(REGISTRY, 1), [bars])
    return state, rows


def assert_same_state(one: State, other: State) -> None:
    assert one.seen.tolist() == other.seen.tolist()
    assert plain(one.accumulators) == plain(other.accumulators)
    assert plain(one.remembered) == plain(other.remembered)
    assert plain(one.history) == plain(other.history)


@given(
    block=st.lists(lanes(), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, LONGEST), max_size=6).map(sorted),
)
@settings(max_examples=60, deadline=None)
def test_histories_cut_anywhere_beside_any_others_give_what_each_gives_alone_at_once(
    block: list[Lane], cuts: list[int]
) -> None:
    block = sorted(block, key=lambda lane: lane.before - lane.length)
    begun = [alone(bars_of(lane.seed)[:, : lane.before]) for lane in block]
    rest = [bars_of(lane.seed)[:, lane.before : lane.length] for lane in block]
    state = side_by_side([lane_state for lane_state, _ in begun])
    pieces = [[rows] for _, rows in begun]
    for begin, end in zip([0, *cuts], [*cuts, LONGEST], strict=True):
        state, rows = advance(state, [bars[:, begin:end] for bars in rest])
        for piece, own in zip(pieces, rows, strict=True):
            piece.append(own)
    for at, lane in enumerate(block):
        whole_state, whole = alone(bars_of(lane.seed)[:, : lane.length])
        assert plain(np.concatenate(pieces[at], axis=1)) == plain(whole)
        assert_same_state(lane_of(state, at), whole_state)


def test_a_history_bar_by_bar_gives_what_it_gives_at_once() -> None:
    bars = bars_of(5)
    state = initial_state(REGISTRY, 1)
    days = []
    for day in range(LONGEST):
        state, (row,) = advance(state, [bars[:, day : day + 1]])
        days.append(row)
    whole_state, whole = alone(bars)
    assert plain(np.concatenate(days, axis=1)) == plain(whole)
    assert_same_state(state, whole_state)


def test_no_new_bars_change_nothing() -> None:
    state, _ = alone(bars_of(1))
    assert_same_state(advance(state, [bars_of(1)[:, :0]])[0], state)


def test_the_state_that_is_given_stays_as_it_was() -> None:
    state, _ = alone(bars_of(1)[:, :100])
    again, _ = alone(bars_of(1)[:, :100])
    advance(state, [bars_of(1)[:, 100:]])
    assert_same_state(state, again)
