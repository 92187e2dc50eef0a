"""Whether the rows of a published table say of their scores what those were made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from technic_pipeline.errors import ScoresDoNotAddUp
from technic_pipeline.store.schema_scans import scan_results, scan_runs


def wrong_rows(connection: sa.Connection, session: date, run: int, weights: int) -> int:
    """How many rows of a run have a score that is not the sum of their contributions.

    From left to right, a missing one left out, to the last bit.
    """
    columns = scan_results.c
    total: sa.ColumnElement[float] = sa.literal(0.0, columns.score.type)
    for place in range(1, weights + 1):
        total = total + sa.func.coalesce(columns.contributions[place], 0.0)
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(scan_results)
        .where(columns.session == session, columns.scan_run_id == run, columns.score != total)
    ).scalar_one()


def require_sums(connection: sa.Connection, session: date, run: int, weights: int) -> None:
    """Refuse a run whose rows do not add up.

    Raises:
        ScoresDoNotAddUp: there is such a row.
    """
    wrong = wrong_rows(connection, session, run, weights)
    if wrong:
        raise ScoresDoNotAddUp(session, wrong)


def rows_that_do_not_add_up(engine: sa.Engine, session: date) -> dict[str, int]:
    """By scan, how many rows of its newest version of a session do not add up."""
    with engine.connect() as connection:
        return {
            run.scan: wrong_rows(connection, session, run.scan_run_id, len(run.weights))
            for run in _newest_versions(connection, session)
        }


def _newest_versions(connection: sa.Connection, session: date) -> Sequence[sa.Row]:
    columns = scan_runs.c
    newest = (
        sa.select(columns.scan, columns.scan_run_id, columns.definition["weights"].label("weights"))
        .where(columns.session == session)
        .order_by(columns.scan, columns.version.desc())
        .ext(distinct_on(columns.scan))
    )
    return connection.execute(newest).all()
