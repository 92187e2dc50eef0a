"""Everything a run needs, opened from the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from technic_pipeline.scan.definition import ScanDefinition, load_definitions
from technic_pipeline.sessions import Calendar, load_calendar, new_york_day
from technic_pipeline.settings import Settings
from technic_pipeline.sources import Source, open_source
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.opening import open_database
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


def open_pipeline(settings: Settings) -> Pipeline:
    """Open everything; whatever is wrong with the settings shows here, before anything is written.

    Raises:
        TechnicError: what `open_database`, `open_source`, `load_calendar` and `load_definitions`
            raise.
    """
    calendar = load_calendar(settings.calendar)
    scans = load_definitions(settings)
    source = open_source(settings)
    database_url, redis_url = open_database(settings)
    engine = engine_for(database_url)
    own = _tickers_csv(settings)
    return Pipeline(database_url, redis_url, engine, calendar, source, scans, own)


def _tickers_csv(settings: Settings) -> Path | None:
    if settings.source == "flatfiles" or settings.flatfiles_dir is None:
        return None
    path = settings.flatfiles_dir / "tickers.csv"
    return path if path.exists() else None


def record_calls(opened: Pipeline) -> int:
    """Count the calls that the source made since the last time; how many."""
    calls = opened.source.take_calls()
    add_calls(opened.engine, new_york_day(datetime.now(UTC)), calls)
    return calls.total()


def sessions_to_read_again(opened: Pipeline, first: date) -> list[date]:
    """The stored ones of the two sessions before one, oldest first, while the source has them."""
    oldest, _ = opened.source.offered()
    before = [opened.calendar.before(first, back) for back in range(READ_AGAIN, 0, -1)]
    session = ingest_batches.c.session
    with opened.engine.connect() as connection:
        stored = set(connection.scalars(sa.select(session).where(session.in_(before))))
    return [day for day in before if day in stored and day >= oldest]


def stored_by_an_interrupted_run(opened: Pipeline, selected: Sequence[date]) -> set[date]:
    """The sessions that a source which limits calls need not be asked for again.

    Their bars were fetched when their corrections were over, by a run that did not get to publish
    them.
    """
    if opened.source.seconds_for(1) == 0.0:
        return set()
    calendar, columns = opened.calendar, ingest_batches.c
    fetched = sa.select(columns.session, sa.func.max(columns.fetched_at)).where(
        columns.session.between(selected[0], selected[-1]),
        columns.session.not_in(sa.select(scan_runs.c.session)),
    )
    with opened.engine.connect() as connection:
        rows = connection.execute(fetched.group_by(columns.session)).all()
    return {
        day
        for day, moment in rows
        if calendar.before(calendar.last_closed(moment), READ_AGAIN) >= day
    }


def ensure_partitions(engine: sa.Engine, first: date, last: date) -> None:
    """Make the partitions from `first` to well after `last`, before anything needs them."""
    with engine.begin() as connection:
        connection.execute(
            sa.text("select ensure_partitions(:first, cast(:last as date) + 100)"),
            {"first": first, "last": last},
        )
