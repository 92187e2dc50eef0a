"""Sessions ranked by every scan and published, while the next are read and ranked."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date

import sqlalchemy as sa

from technic_pipeline import faults
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine
from technic_pipeline.overlapping import ahead, in_turn
from technic_pipeline.scan.definition import ScanDefinition
from technic_pipeline.scan.inputs import PreviousRanks, ScanInputs
from technic_pipeline.scan.ranking import RankedScan, rank_scan
from technic_pipeline.scan.reading import read_inputs, read_previous_ranks
from technic_pipeline.scan.used_columns import used_columns
from technic_pipeline.scan.versions import Publication, publish
from technic_pipeline.sessions import Calendar

# Each scan's ranked table and what became of it, by the scan's name.
Published = dict[str, tuple[RankedScan, Publication]]


@dataclass(frozen=True)
class Market:
    """Where sessions are read: PostgreSQL, Redis, the calendar; and the engine of their values."""

    url: str
    redis_url: str
    calendar: Calendar
    computing: Engine = field(default_factory=Cpu)


@dataclass(frozen=True)
class Ranking:
    """One ranked scan and what ranking took; `follows` the ranking before it, if not a stored run.

    The run that it follows has no number yet when the ranking is made.
    """

    ranked: RankedScan
    seconds: float
    follows: bool


def publish_session(
    url: str,
    redis_url: str,
    engine: sa.Engine,
    calendar: Calendar,
    definitions: Mapping[str, ScanDefinition],
    session: date,
) -> Published:
    """Rank one session by every scan and publish each whole."""
    market = Market(url, redis_url, calendar)
    return dict(publish_sessions(market, engine, definitions, [session])).get(session, {})


def publish_sessions(
    market: Market,
    engine: sa.Engine,
    definitions: Mapping[str, ScanDefinition],
    sessions: Sequence[date],
) -> Generator[tuple[date, Published]]:
    """Rank sessions, oldest first, by every scan; each is yielded when all its scans are committed.

    While two scans are written the next is ranked, and while a session is ranked the next is read.
    Scans are committed in their order.
    What goes wrong is raised when all before it is committed; nothing after it is.
    """
    newest: dict[str, int | None] = {}

    def commit(ranking: Ranking, turn: Callable[[], object]) -> tuple[RankedScan, Publication]:
        ranked = ranking.ranked
        name = ranked.definition.name
        if ranking.follows:
            if len(definitions) == 1:
                # The run that it follows is the one before, else one that is committed already.
                turn()
            ranked = replace(ranked, previous_scan_run_id=newest[name])
        build = market.computing.fingerprint
        publication = publish(engine, ranked, build, ranking.seconds, turn)
        newest[name] = publication.scan_run_id if ranked.ranked else None
        return ranked, publication

    published: Published = {}
    with (
        closing(rank_sessions(market, definitions, sessions)) as rankings,
        closing(in_turn(commit, rankings)) as committed,
    ):
        for ranked, publication in committed:
            published[ranked.definition.name] = ranked, publication
            if len(published) == len(definitions):
                yield ranked.session, published
                published = {}
            else:
                faults.reach("between-scans")


def rank_sessions(
    market: Market, definitions: Mapping[str, ScanDefinition], sessions: Sequence[date]
) -> Generator[Ranking]:
    """Every scan of every session, in their order; ranks of the session before are kept."""
    columns = tuple({name: None for d in definitions.values() for name in used_columns(d)})

    def read(session: date) -> tuple[ScanInputs, float]:
        started = time.perf_counter()
        inputs = read_inputs(market.url, market.redis_url, session, market.calendar, columns)
        return inputs, time.perf_counter() - started

    kept: dict[str, PreviousRanks] = {}
    last: date | None = None
    with closing(ahead(read, sessions)) as every_input:
        for inputs, seconds in every_input:
            started = time.perf_counter()
            follows = last == market.calendar.before(inputs.session, 1)
            for name, definition in definitions.items():
                previous = kept[name] if follows else _stored_ranks(market, name, inputs.session)
                ranked = rank_scan(definition, inputs, previous, market.computing.arrays)
                kept[name] = ranked.ranks()
                yield Ranking(ranked, seconds + time.perf_counter() - started, follows)
            last = inputs.session


def _stored_ranks(market: Market, scan: str, session: date) -> PreviousRanks:
    return read_previous_ranks(market.url, scan, session, market.calendar)
