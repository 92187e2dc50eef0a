"""Which engine build made which rows, and what following the changes took."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from technic_pipeline.store.database import statement
from technic_pipeline.store.schema_engine import database_identity, delta_runs, engine_builds


@dataclass(frozen=True)
class DeltaRun:
    """One run over the changes: symbols changed, and of these those resumed from their state."""

    symbols: int
    resumed: int
    bars_read: int
    rows_written: int
    cache_answered: bool
    seconds: float


def engine_build_id(engine: sa.Engine, fingerprint: str) -> int:
    """The number of an engine build, which is given one the first time."""
    known = sa.select(engine_builds.c.engine_build_id).where(
        engine_builds.c.fingerprint == fingerprint
    )
    with engine.begin() as connection:
        found = connection.scalar(known)
        if found is None:
            new = insert(engine_builds).values(fingerprint=fingerprint).on_conflict_do_nothing()
            connection.execute(new)
            found = connection.scalar(known)
    assert found is not None  # noqa: S101 - it was there, or is now
    return found


def record_delta_run(engine: sa.Engine, run: DeltaRun, build: int) -> None:
    """Keep what a run took."""
    with engine.begin() as connection:
        connection.execute(sa.insert(delta_runs).values(engine_build_id=build, **asdict(run)))


def database_id(engine: sa.Engine) -> str:
    """What tells this database from others that share a Redis."""
    with engine.begin() as connection:
        found = connection.scalar(statement("read_database_id"))
        if found is None:
            connection.execute(sa.insert(database_identity))
            found = connection.scalar(statement("read_database_id"))
    assert found is not None  # noqa: S101 - it was there, or is now
    return found
