"""Evenings at a simulated exchange, one session after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg
import sqlalchemy as sa

from technic_pipeline.definitions import defs
from technic_pipeline.defs.jobs import JOB_NAME
from technic_pipeline.defs.partitions import range_tags
from technic_pipeline.sessions import Calendar
from technic_pipeline.simulated_exchange import SimulatedExchange
from technic_pipeline.verification import choose_symbols, verify_symbols

HOUR = timedelta(hours=1)
# Lists and calls are counted by days of the real clock; this lets one pass.
A_DAY_PASSES = (
    "update vendor_lists set refreshed_at = refreshed_at - interval '1 day'",
    "delete from vendor_calls",
)


@dataclass
class Evenings:
    """Runs of the market's job, and what they cost in calls."""

    instance: dg.DagsterInstance
    exchange: SimulatedExchange
    url: str
    engine: sa.Engine
    calendar: Calendar

    def go(self, first: date, last: date | None = None) -> Counter[str]:
        """The evening of a session, or the load of a range; the calls that reached the exchange."""
        self.exchange.now = self.calendar.closed_at(last or first) + HOUR
        before = self.exchange.calls.copy()
        defs.resolve_job_def(JOB_NAME).execute_in_process(
            instance=self.instance,
            tags=range_tags(first, last or first),
        )
        return self.exchange.calls - before

    def a_day_passes(self) -> None:
        """The lists are due again, and no call of the day is made yet."""
        with self.engine.begin() as connection:
            for counted in A_DAY_PASSES:
                connection.execute(sa.text(counted))

    def assert_equal_to_a_rebuild(self) -> None:
        """Every stored indicator is what the bars and splits known now give."""
        found = verify_symbols(self.url, choose_symbols(self.engine, [], None), self.calendar)
        assert (found.faults, found.pending) == (0, 0), found.examples
        assert found.rows > 0

    def query(self, text: str, **parameters: object) -> list[tuple]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(text), parameters)]
