"""Everything a run needs, opened from the settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from technic_pipeline import clock, faults
from technic_pipeline.engines.choosing import EngineName, open_engine
from technic_pipeline.engines.engine import Engine
from technic_pipeline.scan.definition import ScanDefinition, load_definitions
from technic_pipeline.sessions import Calendar, load_calendar, new_york_day
from technic_pipeline.settings import Settings
from technic_pipeline.sources import Source, open_source
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.opening import open_database
from technic_pipeline.store.payloads import forget_payloads
from technic_pipeline.store.schema import ingest_batches
from technic_pipeline.store.schema_scans import scan_runs
from technic_pipeline.store.vendor_lists import add_calls

# The vendor corrects bars on the evenings after; how many sessions each run looks back.
READ_AGAIN = 2


@dataclass(frozen=True)
class Pipeline:
    """Servers that answer, a schema that fits, a source, and the enabled scans."""

    database_url: str
    redis_url: str
    engine: sa.Engine
    calendar: Calendar
    source: Source
    scans: Mapping[str, ScanDefinition]
    # A person's own descriptions beside whatever the source lists.
    tickers_csv: Path | None = None
    # Those that were recorded, by endpoint.
    calls: Counter[str] = field(default_factory=Counter)
    # As the settings name it.
    engine_name: EngineName = "auto"
    threads: int | None = None
    ray_address: str | None = None
    # For so many days payloads are kept, None for ever.
    payload_days: int | None = None

    @property
    def computing(self) -> Engine:
        """The engine that the settings choose, opened on its first use.

        Raises:
            EngineUnavailable, EnginesDiffer: it cannot run here.
        """
        return open_engine(self.engine_name, self.threads, self.ray_address)

    def require_engine(self) -> None:
        """See, before anything is written, that the engine can run.

        Raises:
            EngineUnavailable, EnginesDiffer: it cannot.
        """
        _ = self.computing


_kept: Source | None = None


@contextmanager
def source_kept(source: Source) -> Iterator[None]:
    """Have every pipeline that is opened in a block use one source: its pace, and what it fetched.

    Whoever waits for it when the block fails is told that it has given up.
    """
    global _kept  # noqa: PLW0603 - the process has one vendor, who counts all its calls
    _kept = source
    try:
        yield
    except BaseException:
        source.give_up()
        raise
    finally:
        _kept = None


def open_pipeline(settings: Settings) -> Pipeline:
    """Open everything; whatever is wrong with the settings shows here, before anything is written.

    Raises:
        TechnicError: what `open_database`, `open_source`, `load_calendar` and `load_definitions`
            raise.
    """
    calendar = load_calendar(settings.calendar)
    scans = load_definitions(settings)
    source = _kept or open_source(settings)
    database_url, redis_url = open_database(settings)
    engine = engine_for(database_url)
    own = _tickers_csv(settings)
    return Pipeline(
        database_url,
        redis_url,
        engine,
        calendar,
        source,
        scans,
        own,
        engine_name=settings.engine,
        threads=settings.threads,
        ray_address=settings.ray_address,
        payload_days=settings.payload_days,
    )


def _tickers_csv(settings: Settings) -> Path | None:
    if settings.source == "flatfiles" or settings.flatfiles_dir is None:
        return None
    path = settings.flatfiles_dir / "tickers.csv"
    return path if path.exists() else None


def forget_old_payloads(opened: Pipeline) -> int:
    """Remove the payloads that are older than the settings say; how many."""
    if opened.payload_days is None:
        return 0
    return forget_payloads(opened.engine, clock.now() - timedelta(days=opened.payload_days))


def record_calls(opened: Pipeline) -> None:
    """Count the calls that the source made since the last time."""
    calls = opened.source.take_calls()
    opened.calls.update(calls)
    add_calls(opened.engine, new_york_day(clock.now()), calls)


@contextmanager
def calls_counted(opened: Pipeline) -> Iterator[Callable[[], int]]:
    """Record the calls made in a block, also in one that fails; how many, when asked after it."""
    before = opened.calls.total()
    try:
        yield lambda: opened.calls.total() - before
    finally:
        record_calls(opened)


@dataclass(frozen=True)
class Due:
    """`missing` sessions can be had and are not published by every scan, oldest first.

    `closed` is the newest session that is over, `offered` the newest that the source has. Before
    anything is `published`, all that the source offers is missing.
    """

    published: bool
    missing: Sequence[date]
    closed: date
    offered: date


def due_sessions(opened: Pipeline) -> Due:
    """What is there to be materialized now."""
    closed = opened.calendar.last_closed(clock.now())
    oldest, offered = opened.source.offered()
    published = _published(opened)
    start = max(oldest, min(published, default=oldest))
    expected = opened.calendar.between(start, min(closed, offered))
    unfinished = _unfinished(opened, published)
    missing = [day for day in expected if day not in published or day in unfinished]
    return Due(bool(published), missing, closed, offered)


def _published(opened: Pipeline) -> dict[date, set[str]]:
    """Every session with the scans that were published of it."""
    scans = sa.func.array_agg(scan_runs.c.scan.distinct())
    with opened.engine.connect() as connection:
        rows = connection.execute(
            sa.select(scan_runs.c.session, scans).group_by(scan_runs.c.session)
        )
        return {session: set(names) for session, names in rows}


def _unfinished(opened: Pipeline, published: Mapping[date, set[str]]) -> set[date]:
    """Sessions without a scan that was published of one before, or, of the newest, without any.

    A run that died between two scans leaves one. A scan that is new is not owed to the past.
    """
    newest = max(published, default=date.max)
    begun = {
        name: min((day for day, there in published.items() if name in there), default=newest)
        for name in opened.scans
    }
    return {
        day
        for day, there in published.items()
        if any(name not in there and first <= day for name, first in begun.items())
    }


def sessions_to_read_again(opened: Pipeline, first: date) -> list[date]:
    """The stored ones of the two sessions before one, oldest first, while the source has them."""
    oldest, _ = opened.source.offered()
    before = [opened.calendar.before(first, back) for back in range(READ_AGAIN, 0, -1)]
    stored = _last_fetched(opened, before)
    return [day for day in before if day in stored and day >= oldest]


def stored_by_an_interrupted_run(opened: Pipeline, selected: Sequence[date]) -> set[date]:
    """The sessions that a source which limits calls need not be asked for again.

    Their bars were fetched when their corrections were over, by a run that did not get to publish
    them.
    """
    if opened.source.seconds_for(1) == 0.0:
        return set()
    calendar, session = opened.calendar, scan_runs.c.session
    published = sa.select(session).where(session.between(selected[0], selected[-1]))
    with opened.engine.connect() as connection:
        done = set(connection.scalars(published))
    return {
        day
        for day, moment in _last_fetched(opened, selected).items()
        if day not in done and calendar.before(calendar.last_closed(moment), READ_AGAIN) >= day
    }


def _last_fetched(opened: Pipeline, days: Sequence[date]) -> dict[date, datetime]:
    """When the newest batch of each day that has one was fetched."""
    columns = ingest_batches.c
    newest = sa.select(columns.session, sa.func.max(columns.fetched_at).label("fetched_at"))
    with opened.engine.connect() as connection:
        rows = connection.execute(
            newest.where(columns.session.in_(days)).group_by(columns.session)
        ).all()
    return {row.session: row.fetched_at for row in rows}


def ensure_partitions(engine: sa.Engine, first: date, last: date) -> None:
    """Make the partitions from `first` to well after `last`, before anything needs them."""
    with engine.begin() as connection:
        connection.execute(
            sa.text("select ensure_partitions(:first, cast(:last as date) + 100)"),
            {"first": first, "last": last},
        )
        faults.reach("before-commit-partitions")
    faults.reach("after-commit-partitions")
