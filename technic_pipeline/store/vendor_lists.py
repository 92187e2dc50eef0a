"""How often a vendor was called, and when it was last asked for each of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from technic_pipeline.store.schema_vendor import vendor_calls, vendor_lists

OK = "ok"


@dataclass(frozen=True)
class Refresh:
    """When a list was last asked for, and what became of it: `OK`, or why there was none."""

    refreshed_at: datetime
    outcome: str


def add_calls(engine: sa.Engine, day: date, calls: Mapping[str, int]) -> None:
    """Count calls of some endpoints on one day."""
    if not calls:
        return
    insert = postgresql.insert(vendor_calls).values(
        [{"called_on": day, "endpoint": name, "calls": n} for name, n in sorted(calls.items())]
    )
    added = vendor_calls.c.calls + insert.excluded.calls
    with engine.begin() as connection:
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["called_on", "endpoint"], set_={"calls": added}
            )
        )


def calls_on(engine: sa.Engine, day: date) -> int:
    """All calls counted on one day."""
    total = sa.select(sa.func.coalesce(sa.func.sum(vendor_calls.c.calls), 0))
    with engine.connect() as connection:
        return connection.execute(total.where(vendor_calls.c.called_on == day)).scalar_one()


def last_refresh(engine: sa.Engine, name: str) -> Refresh | None:
    """What became of the last time that a list was asked for; None before the first."""
    columns = vendor_lists.c
    with engine.connect() as connection:
        row = connection.execute(
            sa.select(columns.refreshed_at, columns.outcome).where(columns.list == name)
        ).one_or_none()
    return Refresh(*row) if row else None


def record_refresh(engine: sa.Engine, name: str, outcome: str = OK) -> None:
    """A list was asked for now."""
    insert = postgresql.insert(vendor_lists).values(list=name, outcome=outcome)
    with engine.begin() as connection:
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["list"],
                set_={"outcome": outcome, "refreshed_at": sa.func.clock_timestamp()},
            )
        )
