"""Everything a run needs, opened from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from technic_pipeline.scan.definition import ScanDefinition, load_definitions
from technic_pipeline.sessions import Calendar, load_calendar
from technic_pipeline.settings import Settings
from technic_pipeline.sources import Source, open_source
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.opening import open_database


@dataclass(frozen=True)
class Pipeline:
    """Servers that answer, a schema that fits, a source, and the enabled scans."""

    database_url: str
    redis_url: str
    engine: sa.Engine
    calendar: Calendar
    source: Source
    scans: Mapping[str, ScanDefinition]


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
    return Pipeline(database_url, redis_url, engine_for(database_url), calendar, source, scans)


def ensure_partitions(engine: sa.Engine, first: date, last: date) -> None:
    """Make the partitions from `first` to well after `last`, before anything needs them."""
    with engine.begin() as connection:
        connection.execute(
            sa.text("select ensure_partitions(:first, cast(:last as date) + 100)"),
            {"first": first, "last": last},
        )
