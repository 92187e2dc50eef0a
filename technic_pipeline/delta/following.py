"""The indicators brought up to every change."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline import faults, progress
from technic_pipeline.cache.indicator_states import StateCache
from technic_pipeline.delta.changes import read_delta
from technic_pipeline.delta.parts import LAYOUT, Part, newest_session, read_parts, week_stops
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine
from technic_pipeline.engines.history import IndicatorRows
from technic_pipeline.engines.state import States, choose, state_dtype
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
from technic_pipeline.overlapping import Stage, in_stages
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import statement
from technic_pipeline.store.engine_builds import (
    DeltaRun,
    database_id,
    engine_build_id,
    record_delta_run,
)
from technic_pipeline.store.values import array_text, insert_rows, remove_rows

# Autovacuum comes too late for the scans that follow a load at once.
ROWS_WORTH_ANALYZING = 100_000


@dataclass
class DeltaReport:
    """What following the changes took.

    Of `symbols` changed, `resumed` went on from a kept state; `restated` are the sessions of which
    a stored row was replaced or removed.
    """

    symbols: int = 0
    resumed: int = 0
    bars_read: int = 0
    rows: int = 0
    cache_answered: bool = True
    restated: set[date] = field(default_factory=set)

    @property
    def hit_rate(self) -> float | None:
        """Symbols resumed over symbols changed, None when none changed."""
        return self.resumed / self.symbols if self.symbols else None

    def add(self, part: DeltaReport) -> None:
        """Count a part of the changes in."""
        self.symbols += part.symbols
        self.resumed += part.resumed
        self.bars_read += part.bars_read
        self.rows += part.rows
        self.restated |= part.restated


@dataclass(frozen=True)
class Followed:
    """A part's new rows, and its states as of the end of each week, of 0 bars where none ends."""

    part: Part
    rows: IndicatorRows
    weeks: NDArray[np.int64]
    states: States


def follow_changes(
    url: str,
    redis_url: str,
    engine: sa.Engine,
    calendar: Calendar,
    computing: Engine | None = None,
) -> DeltaReport:
    """Bring `indicators` up to every pending change, some symbols a transaction.

    Each transaction leaves its symbols whole and takes their changes off the list, so that a run
    that is cut short goes on where it was. Reading, computing (on the processor where no engine is
    named) and writing overlap.
    """
    started = time.perf_counter()
    computing = computing or Cpu()
    report = DeltaReport()
    delta = read_delta(url)
    if len(delta) == 0:
        return report
    cache = open_states(engine, redis_url, computing.fingerprint)
    build = engine_build_id(engine, computing.fingerprint)
    # Where all bars are gone, the delta is what there is to be followed.
    newest = newest_session(url) or delta.from_session.max().item()
    parts = read_parts(url, cache, calendar, delta, newest, computing.bars_at_once)
    stages = [
        Stage(partial(follow_part, newest=newest, computing=computing), computing.calls_at_once),
        # Parts have no symbol in common, so neither waits for the other; the server has a core for
        # each.
        Stage(partial(_commit, engine, build), at_once=2),
        Stage(partial(_save_states, cache)),
    ]
    for done in in_stages(stages, parts):
        report.add(done)
        progress.report("indicators", report.symbols, len(delta))
    report.cache_answered = cache.answers
    if report.rows >= ROWS_WORTH_ANALYZING:
        _analyze(engine)
    _record(engine, report, build, time.perf_counter() - started)
    return report


def open_states(engine: sa.Engine, redis_url: str, fingerprint: str) -> StateCache:
    """The states of an engine build and of this database."""
    return StateCache(redis_url, database_id(engine), fingerprint, state_dtype(LAYOUT))


def follow_part(part: Part, newest: date, computing: Engine) -> Followed:
    """Compute a part's rows from its first change on, and its states."""
    first_wanted = part.history.first_bar_from(part.delta.from_session)
    weeks, stops = week_stops(part.history, newest)
    advanced = computing.advance(
        part.history, part.before, first_wanted, stops, REGISTRY, STORED_COLUMNS
    )
    return Followed(part, advanced.rows, weeks, advanced.states)


def save_states(cache: StateCache, weeks: NDArray[np.int64], of_week: States) -> None:
    """Keep every state `[week, symbol]` that a part came by."""
    for week, states in zip(weeks.tolist(), of_week, strict=True):
        some = states["bars"] > 0
        if some.any():
            cache.save(week, states if some.all() else choose(states, some))
            faults.reach("mid-state")


@dataclass(frozen=True)
class _Committed:
    """What a part came to, and its states, which are none before PostgreSQL knows of the rows."""

    report: DeltaReport
    weeks: NDArray[np.int64]
    states: States


def _save_states(cache: StateCache, committed: _Committed) -> DeltaReport:
    faults.reach("between-rows-and-state")
    save_states(cache, committed.weeks, committed.states)
    return committed.report


def _commit(engine: sa.Engine, build: int, followed: Followed) -> _Committed:
    delta, rows = followed.part.delta, followed.rows
    first, last = _first_and_last(followed.part)
    stored = delta.last_session >= delta.from_session
    with engine.begin() as connection:
        restated = remove_rows(connection, delta.symbol_id[stored], delta.from_session[stored])
        insert_rows(connection, rows, build)
        touched = set(restated) | set(np.unique(rows.session).tolist())
        connection.execute(statement("mark_stale"), {"sessions": sorted(touched)})
        symbol_ids = array_text(delta.symbol_id)
        connection.execute(
            statement("update_symbol_sessions"),
            {
                "symbol_ids": symbol_ids,
                "first_sessions": array_text(first),
                "last_sessions": array_text(last),
            },
        )
        connection.execute(
            statement("clear_pending"),
            {"symbol_ids": symbol_ids, "change_ids": array_text(delta.change_id)},
        )
        faults.reach("before-commit-indicators")
    faults.reach("after-commit-indicators")
    report = DeltaReport(
        symbols=len(delta),
        resumed=int(np.count_nonzero(followed.part.before["bars"])),
        bars_read=len(followed.part.history),
        rows=len(rows),
        restated=set(restated),
    )
    return _Committed(report, followed.weeks, followed.states)


def _first_and_last(part: Part) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Each symbol's first and last session, NaT where it has no bar left."""
    begins, ends = part.history.start[:-1], part.history.start[1:]
    session = part.history.session
    some = begins < ends
    resumed = part.before["bars"] > 0
    first = np.where(resumed, part.delta.first_session, np.datetime64("NaT", "D"))
    last = np.where(resumed, part.before["session"].astype("datetime64[D]"), first)
    first[some & ~resumed] = session[begins[some & ~resumed]]
    last[some] = session[ends[some] - 1]
    return first, last


def _analyze(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        filled = {"tables": ["symbols", "daily_bars", "indicators"]}
        connection.execute(statement("analyze_tables"), filled)


def _record(engine: sa.Engine, report: DeltaReport, build: int, seconds: float) -> None:
    run = DeltaRun(
        symbols=report.symbols,
        resumed=report.resumed,
        bars_read=report.bars_read,
        rows_written=report.rows,
        cache_answered=report.cache_answered,
        seconds=seconds,
    )
    record_delta_run(engine, run, build)
