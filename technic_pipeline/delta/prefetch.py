"""State made ready before the session's bars are due.

An evening after Redis was emptied, or after the engine changed, would replay the whole market while
people wait for the scan. Done beforehand, that evening is like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import sqlalchemy as sa

from technic_pipeline import progress
from technic_pipeline.cache.indicator_states import StateCache
from technic_pipeline.delta.changes import Delta
from technic_pipeline.delta.following import follow_part, open_states, save_states
from technic_pipeline.delta.parts import (
    LAYOUT,
    SYMBOLS_AT_ONCE,
    Part,
    find_states,
    newest_session,
    read_part,
    slices_by_bars,
)
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine
from technic_pipeline.engines.state import initial_states
from technic_pipeline.overlapping import behind
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.values import column

# A symbol that did not trade for longer is not expected to.
EXPECTED_SESSIONS = 5


@dataclass
class PrefetchReport:
    """How many symbols are expected to trade, and for how many of them state was made anew."""

    expected: int
    rebuilt: int = 0
    cache_answered: bool = True


def prefetch_states(
    url: str,
    redis_url: str,
    engine: sa.Engine,
    calendar: Calendar,
    computing: Engine | None = None,
) -> PrefetchReport:
    """Rebuild the state of every symbol expected to trade that has none to resume from."""
    computing = computing or Cpu()
    newest = newest_session(url)
    if newest is None:
        return PrefetchReport(expected=0)
    expected = _read_expected(url, calendar, newest)
    cache = open_states(engine, redis_url, computing.fingerprint)
    report = PrefetchReport(len(expected))
    missing = _missing_parts(url, cache, calendar, expected, newest, computing.bars_at_once)
    for followed in behind(partial(follow_part, newest=newest, computing=computing), missing):
        save_states(cache, followed.weeks, followed.states)
        report.rebuilt += len(followed.part.delta)
        progress.report("indicator_state", report.rebuilt, len(expected))
    report.cache_answered = cache.answers
    return report


def _read_expected(url: str, calendar: Calendar, newest: date) -> Delta:
    """As if each of the symbols had a bar after the newest session."""
    since = calendar.before(newest, EXPECTED_SESSIONS - 1)
    table = read_arrow(url, "read_expected_symbols", [since])
    return Delta(
        symbol_id=column(table, "symbol_id"),
        from_session=np.full(len(table), np.datetime64(newest, "D") + 1),
        change_id=np.zeros(len(table), dtype=np.int64),
        first_session=column(table, "first_session").astype("datetime64[D]"),
        last_session=column(table, "last_session").astype("datetime64[D]"),
    )


def _missing_parts(
    url: str,
    cache: StateCache,
    calendar: Calendar,
    expected: Delta,
    newest: date,
    bars_at_once: int,
) -> Iterator[Part]:
    for start in range(0, len(expected), SYMBOLS_AT_ONCE):
        some = expected.select(slice(start, start + SYMBOLS_AT_ONCE))
        missing = some.select(find_states(url, cache, some, newest)["bars"] == 0)
        for at in slices_by_bars(missing.first_session, newest, calendar, bars_at_once):
            stateless = missing.select(at)
            before = initial_states(LAYOUT, stateless.symbol_id)
            yield read_part(url, stateless, before, calendar)
