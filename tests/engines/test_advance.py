"""One function takes symbols on by one bar or by a whole history, and the bits are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from histories import Symbol, history_of, walk
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.engines import blocks
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.history import BarHistory, LastBars
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, initial_states
from technic_pipeline.engines.work import Advanced
from technic_pipeline.indicators.indicator import HISTORY
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS

LAYOUT = Layout(REGISTRY)
LONGEST = 330


@dataclass(frozen=True)
class Stretch:
    """Which walk, how many of its bars, and how many of those came before."""

    seed: int
    length: int
    before: int


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    length = draw(st.integers(0, LONGEST))
    return Stretch(draw(st.integers(1, 8)), length, draw(st.integers(0, length)))


@cache
def walked(seed: int) -> Symbol:
    """One walk; the wilder ones jump."""
    return walk(seed, count=LONGEST, daily=0.02 * seed, absent=0.1)


def bars_between(seeds: Sequence[int], begins: Sequence[int], ends: Sequence[int]) -> BarHistory:
    """Some bars of each walk, with what came before them."""
    symbols = [walked(seed) for seed in seeds]
    cut = [Symbol(s.bars[a:b], []) for s, a, b in zip(symbols, begins, ends, strict=True)]
    last = [s.bars[a - 1] if a else None for s, a in zip(symbols, begins, strict=True)]
    whole = history_of(symbols)
    at = whole.start[:-1] + np.maximum(np.array(begins) - 1, 0)
    before = LastBars(
        bars=np.array(begins, dtype=np.int64),
        close=np.array([bar.close if bar else np.nan for bar in last]),
        ordinal=whole.ordinal[np.minimum(at, len(whole) - 1)],
    )
    return replace(history_of(cut), before=before)


def advance(before: States, history: BarHistory, threads: int | None = None) -> Advanced:
    """Every row of the bars, and the state after the last one (or as it was, without any)."""
    counts = np.diff(history.start)
    first = np.zeros(len(counts), dtype=np.int64)
    stops = counts.reshape(-1, 1)
    done = Cpu(threads).advance(history, before, first, stops, REGISTRY, STORED_COLUMNS)
    after = np.where(counts > 0, done.states[0], before)
    return Advanced(done.rows, after)


def no_states(count: int) -> States:
    return initial_states(LAYOUT, np.arange(1, count + 1, dtype=np.int32))


def alone(seed: int, length: int) -> Advanced:
    """One walk by itself over all its bars in one call."""
    return advance(no_states(1), bars_between([seed], [0], [length]))


def bits(states: States) -> NDArray[np.int64]:
    """Everything of states but whose they are."""
    words = np.ascontiguousarray(states).view(np.int64).reshape(len(states), -1).copy()
    words[:, 0] = states["bars"]
    return words


def values_of(done: Advanced, symbol: int) -> bytes:
    rows = done.rows.symbol_id == symbol + 1
    return b"".join(
        np.ascontiguousarray(part[rows]).tobytes()
        for part in (done.rows.session, done.rows.bars, done.rows.digest, done.rows.values)
    )


@given(
    block=st.lists(stretches(), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, LONGEST), max_size=6).map(sorted),
)
@settings(max_examples=60, deadline=None)
def test_histories_cut_anywhere_beside_any_others_give_what_each_gives_alone_at_once(
    block: list[Stretch], cuts: list[int]
) -> None:
    seeds = [stretch.seed for stretch in block]
    at = [stretch.before for stretch in block]
    done = advance(no_states(len(block)), bars_between(seeds, [0] * len(block), at))
    pieces = [done]
    for cut in [*cuts, LONGEST]:
        end = [min(max(a, cut), stretch.length) for a, stretch in zip(at, block, strict=True)]
        done = advance(done.states, bars_between(seeds, at, end))
        pieces.append(done)
        at = end
    for symbol, stretch in enumerate(block):
        whole = alone(stretch.seed, stretch.length)
        assert (bits(done.states[[symbol]]) == bits(whole.states)).all()
        own = [part.rows.symbol_id == symbol + 1 for part in pieces]
        for name in ("session", "bars", "digest", "values"):
            found = [getattr(p.rows, name)[rows] for p, rows in zip(pieces, own, strict=True)]
            expected = getattr(whole.rows, name)
            assert np.concatenate(found).tobytes() == np.ascontiguousarray(expected).tobytes()


def test_a_history_bar_by_bar_gives_what_it_gives_at_once() -> None:
    state, values = no_states(1), []
    for day in range(LONGEST):
        done = advance(state, bars_between([5], [day], [day + 1]))
        state = done.states
        values.append(done.rows.values)
    whole = alone(5, LONGEST)
    assert np.concatenate(values).tobytes() == np.ascontiguousarray(whole.rows.values).tobytes()
    assert (bits(state) == bits(whole.states)).all()


def test_a_history_longer_than_the_strip_of_bars_gives_what_its_halves_give() -> None:
    long = walk(9, count=700)
    assert len(long.bars) > blocks.STRIP - HISTORY
    whole = advance(no_states(1), history_of([long]))
    cut = 380
    first = advance(no_states(1), history_of([Symbol(long.bars[:cut], [])]))
    last = LastBars(
        first.states["bars"].astype(np.int64),
        first.states["numbers"][:, LAYOUT.last_close],
        history_of([long]).ordinal[[cut - 1]],
    )
    rest = replace(history_of([Symbol(long.bars[cut:], [])]), before=last)
    second = advance(first.states, rest)
    found = np.concatenate([first.rows.values, second.rows.values])
    assert found.tobytes() == np.ascontiguousarray(whole.rows.values).tobytes()
    assert (bits(second.states) == bits(whole.states)).all()


def test_a_state_at_a_stop_is_the_one_of_a_history_that_ends_there() -> None:
    stops = np.array([[1, 252, 253, LONGEST], [-1, 64, 300, -1]])
    whole = bars_between([3, 4], [0, 0], [LONGEST, LONGEST])
    none = np.array([LONGEST, LONGEST])
    found = Cpu().advance(whole, no_states(2), none, stops, REGISTRY, STORED_COLUMNS)
    assert len(found.rows) == 0
    for symbol, seed in enumerate([3, 4]):
        for at, stop in enumerate(stops[symbol]):
            state = found.states[at][[symbol]]
            if stop < 0:
                assert state["bars"] == [0]
            else:
                assert (bits(state) == bits(alone(seed, int(stop)).states)).all()


def test_a_stop_before_the_last_split_has_no_state() -> None:
    split = walk(7, count=60, splits=[(40, 1, 2)])
    stops = np.array([[39, 40, 41, 60]])
    history = history_of([split])
    found = Cpu().advance(history, no_states(1), np.array([60]), stops, REGISTRY, STORED_COLUMNS)
    assert found.states["bars"][:, 0].tolist() == [0, 0, 41, 60]


def test_the_state_that_is_given_stays_as_it_was() -> None:
    state = alone(1, 100).states
    given = bits(state)
    advance(state, bars_between([1], [100], [LONGEST]))
    assert (bits(state) == given).all()


def test_a_digest_tells_any_two_histories_apart_that_differ_in_one_number_of_one_bar() -> None:
    bars = walked(2).bars[:50]
    digests = {_digest(bars)}
    for name in ("open", "high", "low", "close", "volume"):
        for at in (0, 20, 49):
            changed = replace(bars[at], **{name: np.nextafter(getattr(bars[at], name), 1e9)})
            digests.add(_digest([*bars[:at], changed, *bars[at + 1 :]]))
    assert len(digests) == 1 + 15


def _digest(bars: list) -> int:
    done = advance(no_states(1), history_of([Symbol(bars, [])]))
    return int(done.rows.digest[-1])
