"""What each batch was made from, as it was received: kept, read again, and in time forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.payloads import KeptPayload
from technic_pipeline.store.schema import ingest_batches, payloads


@dataclass(frozen=True)
class StoredBatch:
    """A batch and its payload, None where that is not kept."""

    batch_id: int
    session: date
    source: str
    payload_sha256: str
    content_sha256: str
    payload: KeptPayload | None


def keep_payload(connection: sa.Connection, bars: SessionBars, batch_id: int) -> None:
    """Store what a batch's bars were read from, if anything was received."""
    if bars.payload is not None:
        kept = bars.payload
        connection.execute(
            sa.insert(payloads).values(
                batch_id=batch_id, format=kept.format, size=kept.size, content=kept.content
            )
        )


def forget_payloads(engine: sa.Engine, fetched_before: datetime) -> int:
    """Remove those fetched before a moment; how many there were."""
    old = sa.select(ingest_batches.c.batch_id).where(ingest_batches.c.fetched_at < fetched_before)
    with engine.begin() as connection:
        return connection.execute(sa.delete(payloads).where(payloads.c.batch_id.in_(old))).rowcount


def read_batches(engine: sa.Engine) -> Iterator[tuple[date, list[StoredBatch]]]:
    """Every session with its batches, oldest first, a session's payloads in memory at a time."""
    ordered = (
        sa.select(
            *(ingest_batches.c[name] for name in ("batch_id", "session", "source")),
            ingest_batches.c.payload_sha256,
            ingest_batches.c.content_sha256,
            *(payloads.c[name] for name in ("format", "size", "content")),
        )
        .select_from(ingest_batches.outerjoin(payloads))
        .order_by(ingest_batches.c.session, ingest_batches.c.batch_id)
    )
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=10).execute(ordered)
        for session, batches in groupby(map(_batch, rows), key=attrgetter("session")):
            yield session, list(batches)


def _batch(row: sa.Row) -> StoredBatch:
    kept = None if row.content is None else KeptPayload(row.format, row.size, row.content)
    return StoredBatch(
        row.batch_id, row.session, row.source, row.payload_sha256, row.content_sha256, kept
    )
