"""The delta in parts that fit in memory, each with the states and the bars that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.cache.indicator_states import (
    WEEKS,
    StateCache,
    week_begin,
    week_of,
    week_of_day,
)
from technic_pipeline.delta.changes import Delta
from technic_pipeline.engines.history import BarHistory, LastBars
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, as_items, initial_states
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.followed_bars import agrees_with_rows, split_since
from technic_pipeline.store.values import read_bars_after

LAYOUT = Layout(REGISTRY)
# Bounds memory: a state has 9 KB.
SYMBOLS_AT_ONCE = 4096
NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Part:
    """Symbols that are followed together, the state of each, and the bars since."""

    delta: Delta
    before: States
    history: BarHistory


def newest_session(url: str) -> date | None:
    """The newest session with a bar."""
    return read_arrow(url, "read_newest_session")["session"][0].as_py()


def read_parts(
    url: str,
    cache: StateCache,
    calendar: Calendar,
    delta: Delta,
    newest: date,
    bars_at_once: int,
) -> Iterator[Part]:
    """All symbols of the delta: each resumes from a state, or else from its first bar."""
    for start in range(0, len(delta), SYMBOLS_AT_ONCE):
        some = delta.select(slice(start, start + SYMBOLS_AT_ONCE))
        states = find_states(url, cache, some, newest)
        # A symbol without a first session begins with the change.
        first = np.fmin(some.first_session, some.from_session)
        since = np.where(states["bars"] > 0, states["session"].astype("datetime64[D]"), first)
        for at in slices_by_bars(since, newest, calendar, bars_at_once):
            yield read_part(url, some.select(at), states[at], calendar)


def find_states(url: str, cache: StateCache, delta: Delta, newest: date) -> States:
    """For each symbol the newest state before its first change, of 0 bars where there is none."""
    states = np.zeros(len(delta), dtype=cache.dtype)
    # A state of a change's own week would mostly be one after it.
    appended = ~(delta.last_session >= delta.from_session)
    newest_usable = np.where(appended, week_of(delta.last_session), week_of(delta.from_session) - 1)
    newest_usable[np.isnat(delta.last_session)] = np.iinfo(np.int64).min
    newest_week = week_of_day(newest)
    for week in range(newest_week, newest_week - WEEKS, -1):
        wanted = (states["bars"] == 0) & (newest_usable >= week)
        if 2 * np.count_nonzero(wanted) > len(states) and not states["bars"].any():
            # To read a few too many costs less than to copy all of them to their places.
            states = _load_usable(url, cache, week, delta, newest)
            states["bars"][~wanted] = 0
        elif wanted.any():
            found = _load_usable(url, cache, week, delta.select(wanted), newest)
            as_items(states)[wanted] = as_items(found)
    return states


def read_part(url: str, delta: Delta, before: States, calendar: Calendar) -> Part:
    """Symbols with the bars since their states; all bars of those whose state has none.

    Their states become initial ones.
    """
    resumed = before["bars"] > 0
    as_items(before)[~resumed] = as_items(initial_states(LAYOUT, delta.symbol_id[~resumed]))
    session = np.where(resumed, before["session"].astype("datetime64[D]"), NEVER)
    close = np.where(resumed, before["numbers"][:, LAYOUT.last_close], np.nan)
    ordinal = np.zeros(len(delta), dtype=np.int32)
    ordinal[resumed] = calendar.ordinals(session[resumed])
    last = LastBars(before["bars"].astype(np.int64), close, ordinal)
    return Part(delta, before, read_bars_after(url, delta.symbol_id, session, last, calendar))


def week_stops(history: BarHistory, newest: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The weeks in which any bar at hand lies, and `[symbol, week]` after how many bars each ends.

    Of those of which states are kept; -1 where the symbol has no bar in the week.
    """
    weeks = np.arange(WEEKS) + week_of_day(newest) - WEEKS + 1
    ends = [
        history.first_bar_from(np.full(len(history.symbol_id), week_begin(int(week))))
        for week in (*weeks, weeks[-1] + 1)
    ]
    ended = np.column_stack(ends)
    stops = np.where(ended[:, 1:] > ended[:, :-1], ended[:, 1:], -1)
    some = (stops > 0).any(axis=0)
    return weeks[some], stops[:, some]


def _load_usable(url: str, cache: StateCache, week: int, delta: Delta, newest: date) -> States:
    states = cache.load(week, delta.symbol_id)
    session = states["session"].astype("datetime64[D]")
    states["bars"][session >= delta.from_session] = 0
    states["bars"][~agrees_with_rows(url, states)] = 0
    kept = np.flatnonzero(states["bars"] > 0)
    if len(kept):
        split = split_since(url, delta.symbol_id[kept], session[kept], newest)
        states["bars"][kept[split]] = 0
    return states


def slices_by_bars(
    since: NDArray[np.datetime64], newest: date, calendar: Calendar, bars_at_once: int
) -> Iterator[slice]:
    """Slices of the symbols, each with no more bars to read than an engine is to have at once."""
    last = calendar.ordinals(np.array([newest], "datetime64[D]"))
    # A symbol without any bar has no session to begin with.
    sessions = np.where(np.isnat(since), 1, last - calendar.ordinals(since) + 1)
    filled = np.cumsum(np.maximum(sessions, 1)) // bars_at_once
    bounds = np.flatnonzero(np.diff(filled, prepend=-1, append=-1))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield slice(begin, end)
