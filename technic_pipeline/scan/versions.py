"""The versions of a scan's table: each is committed at once and never altered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from technic_pipeline import faults
from technic_pipeline.scan.consistency import require_sums
from technic_pipeline.scan.ranking import RankedScan
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement
from technic_pipeline.store.schema_scans import scan_runs
from technic_pipeline.store.values import array_text


@dataclass(frozen=True)
class Publication:
    """The newest version of a scan of a session, and whether this call made it."""

    scan_run_id: int
    version: int
    is_new: bool


def stale_newest_session(engine: sa.Engine) -> date | None:
    """The newest published session if what it was made from has changed since, else None."""
    newest = sa.select(sa.func.max(scan_runs.c.session)).scalar_subquery()
    latest = (
        sa.select(scan_runs.c.session, scan_runs.c.stale_since)
        .where(scan_runs.c.session == newest)
        .ext(distinct_on(scan_runs.c.scan))
        .order_by(scan_runs.c.scan, scan_runs.c.version.desc())
        .subquery()
    )
    with engine.connect() as connection:
        return connection.scalar(
            sa.select(latest.c.session).where(latest.c.stale_since.is_not(None)).limit(1)
        )


def publish(
    engine: sa.Engine,
    ranked: RankedScan,
    engine_build: str,
    seconds: float,
    turn: Callable[[], object],
) -> Publication:
    """Commit a new version whole, or return the newest when it was made from equal inputs.

    `engine_build` is the fingerprint of the engine whose values were ranked. `turn` is called when
    all but the commit is done; what it raises prevents that.
    """
    with engine.begin() as connection:
        publication = _write(connection, ranked, engine_build, seconds)
        turn()
        faults.reach("before-commit-scan")
    faults.reach("after-commit-scan")
    return publication


def _write(
    connection: sa.Connection, ranked: RankedScan, engine_build: str, seconds: float
) -> Publication:
    newest = connection.execute(
        sa.select(scan_runs.c.scan_run_id, scan_runs.c.version, scan_runs.c.inputs_sha256)
        .where(scan_runs.c.scan == ranked.definition.name, scan_runs.c.session == ranked.session)
        .order_by(scan_runs.c.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.inputs_sha256 == ranked.inputs_sha256:
        _confirm(connection, newest.scan_run_id)
        return Publication(newest.scan_run_id, newest.version, is_new=False)
    number = newest.version + 1 if newest else 1
    run = _insert_run(connection, ranked, number, engine_build, seconds)
    _insert_rows(connection, ranked, run)
    require_sums(connection, ranked.session, run, len(ranked.definition.weights))
    return Publication(run, number, is_new=True)


def _confirm(connection: sa.Connection, run: int) -> None:
    """A version made from what is known now is not stale, whatever was restated in between."""
    connection.execute(
        sa.update(scan_runs).where(scan_runs.c.scan_run_id == run).values(stale_since=None)
    )


def _insert_run(
    connection: sa.Connection, ranked: RankedScan, number: int, engine_build: str, seconds: float
) -> int:
    definition = ranked.definition
    return connection.execute(
        sa.insert(scan_runs)
        .values(
            scan=definition.name,
            session=ranked.session,
            version=number,
            population=ranked.population,
            universe=ranked.universe,
            ranked=ranked.ranked,
            previous_scan_run_id=ranked.previous_scan_run_id,
            definition=definition.as_json(),
            definition_sha256=definition.sha256(),
            code_version=_code_version(),
            engine_fingerprint=engine_build,
            inputs_sha256=ranked.inputs_sha256,
            seconds=seconds,
        )
        .returning(scan_runs.c.scan_run_id)
    ).scalar_one()


def _insert_rows(connection: sa.Connection, ranked: RankedScan, run: int) -> None:
    rows = ranked.ranked
    same_in_all = {
        "scan_run_id": np.full(rows, run, dtype=np.int32),
        "scan": pa.array([ranked.definition.name] * rows, pa.string()),
        "session": np.full(rows, ranked.session, dtype="datetime64[D]"),
    }
    copy_columns(connection, "scan_results", same_in_all | dict(ranked.columns))
    # As text: of a list every entry would be wrapped and sent by itself.
    connection.execute(
        statement("insert_exclusions"),
        {
            "scan_run_id": run,
            "symbol_ids": array_text(ranked.excluded_symbol_id),
            "reasons": array_text(ranked.excluded_reason),
        },
    )


@cache
def _code_version() -> str:
    return version("technic-pipeline")
