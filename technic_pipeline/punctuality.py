"""Whether bars and scans are there by the time at which people expect them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from technic_pipeline import clock
from technic_pipeline.pipeline import Pipeline
from technic_pipeline.store.schema import ingest_batches
from technic_pipeline.store.schema_scans import scan_runs

# The slowest source gives a session out on the next morning; by the next open it is late.
GRACE = timedelta(hours=17)


@dataclass(frozen=True)
class Lateness:
    """The newest session that closed `GRACE` ago or longer, and the newest that are there."""

    expected: date
    bars: date | None
    scans: date | None

    @property
    def bars_are_late(self) -> bool:
        """Whether the expected session's bars are not stored."""
        return self.bars is None or self.bars < self.expected

    @property
    def scans_are_late(self) -> bool:
        """Whether no scan of the expected session is published."""
        return self.scans is None or self.scans < self.expected


def lateness(opened: Pipeline) -> Lateness:
    """What should be there now and what is."""
    with opened.engine.connect() as connection:
        bars = connection.scalar(sa.select(sa.func.max(ingest_batches.c.session)))
        scans = connection.scalar(sa.select(sa.func.max(scan_runs.c.session)))
    return Lateness(opened.calendar.last_closed(clock.now() - GRACE), bars, scans)
