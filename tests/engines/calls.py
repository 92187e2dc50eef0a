"""What engines are asked in tests that compare them, and how their answers are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from histories import history_of, plain, walk
from numpy.typing import NDArray

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine
from technic_pipeline.engines.history import BarHistory, LastBars
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, initial_states
from technic_pipeline.engines.work import Advanced
from technic_pipeline.indicators.registry import REGISTRY

LAYOUT = Layout(REGISTRY)
# Also those that only feed others.
EVERY_COLUMN = tuple(LAYOUT.columns)


@dataclass(frozen=True)
class Call:
    """The arguments of `Engine.advance`, without the indicators."""

    history: BarHistory
    before: States
    first_wanted: NDArray[np.int64]
    stops: NDArray[np.int64]

    def of(self, engine: Engine) -> Advanced:
        """An engine's answer, in every column."""
        given = self.history, self.before, self.first_wanted, self.stops
        return engine.advance(*given, REGISTRY, EVERY_COLUMN)


def first_bars() -> Call:
    """Histories from their first bar: with splits, a single bar, gaps, jumps; states on the way."""
    listed = [
        walk(1, count=70, splits=[(20, 1, 2), (50, 3, 2)]),
        walk(2, count=45, absent=0.3),
        walk(3, count=1),
        walk(4, count=70, daily=0.2, silent=0.5),
    ]
    stops = np.array([[12, 70], [45, -1], [1, -1], [33, 64]])
    first = np.array([0, 10, 0, 0])
    history = history_of(listed)
    return Call(history, initial_states(LAYOUT, history.symbol_id), first, stops)


def next_bars() -> Call:
    """A few bars after long histories, from the states that those left."""
    whole = history_of([walk(seed, count=290) for seed in (5, 6, 7)])
    cut = np.array([280, 265, 289])
    counts = np.diff(whole.start)
    states = initial_states(LAYOUT, whole.symbol_id)
    reached = Cpu(1).advance(whole, states, counts, cut[:, None], REGISTRY, [])
    last = whole.start[:-1] + cut - 1
    before = LastBars(cut.astype(np.int64), whole.close[last], whole.ordinal[last])
    kept = np.concatenate([np.arange(last[at] + 1, whole.start[at + 1]) for at in range(3)])
    rest = replace(
        whole,
        start=np.concatenate([[0], np.cumsum(counts - cut)]),
        before=before,
        **{name: getattr(whole, name)[kept] for name in ("session", "ordinal", "volume")},
        **{name: getattr(whole, name)[kept] for name in ("open", "high", "low", "close")},
    )
    nothing = np.zeros(3, dtype=np.int64)
    return Call(rest, reached.states[0], nothing, (counts - cut)[:, None])


def many_symbols(count: int = 40) -> Call:
    """More symbols than a group of threads has, of few bars each, and no state wanted."""
    history = history_of([walk(seed, count=1 + seed % 4) for seed in range(1, count + 1)])
    nowhere = np.empty((count, 0), dtype=np.int64)
    first = np.zeros(count, dtype=np.int64)
    return Call(history, initial_states(LAYOUT, history.symbol_id), first, nowhere)


CALLS = {call.__name__: call for call in (first_bars, next_bars, many_symbols)}


def assert_same(ours: Advanced, theirs: Advanced) -> None:
    """Equal rows in equal order within a session, and equal states, to the last bit.

    But for the bits of a missing number in a state, which are the machine's own.
    """
    a, b = (np.lexsort((done.rows.symbol_id, done.rows.session)) for done in (ours, theirs))
    for name in ("symbol_id", "session", "bars", "digest", "values"):
        found, expected = getattr(ours.rows, name)[a], getattr(theirs.rows, name)[b]
        assert found.tobytes() == expected.tobytes(), name
    for name in ("symbol_id", "bars", "session", "digest"):
        assert np.array_equal(ours.states[name], theirs.states[name]), name
    some = theirs.states["bars"] > 0
    found, expected = (done.states["numbers"][some] for done in (ours, theirs))
    assert plain(found) == plain(expected)
