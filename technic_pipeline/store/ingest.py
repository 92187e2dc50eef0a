"""One session's payload into `daily_bars`, whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.postgresql import ARRAY

from technic_pipeline import faults
from technic_pipeline.errors import NoUsableBars, SourcesMixed, TooManyRemovals
from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.bars import NUMBERS
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement
from technic_pipeline.store.new_bars import Columns, accepted_rows, chosen_rows, insert_session
from technic_pipeline.store.payloads import keep_payload
from technic_pipeline.store.schema import daily_bars, ingest_batches, rejected_bars
from technic_pipeline.store.stored_bars import differences
from technic_pipeline.store.validation import Verdict, judge
from technic_pipeline.store.values import array_text

# A batch that lacks more of a stored session than this is likelier a broken payload than a change.
LARGEST_REMOVED_SHARE = 0.01


@dataclass(frozen=True)
class IngestReport:
    """What one payload changed; `batch_id` is None when its content was the stored one already."""

    session: date
    batch_id: int | None
    rows: int
    inserted: int = 0
    revised: int = 0
    removed: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many bars are now other than they were."""
        return self.inserted + self.revised + self.removed


def ingest(engine: sa.Engine, bars: SessionBars, *, confirm_removals: bool = False) -> IngestReport:
    """Merge a session's rows in one transaction.

    Raises:
        NoUsableBars: every row is rejected, or there is none.
        TooManyRemovals: the payload lacks more than 1 % of the stored bars, unconfirmed.
        SourcesMixed: simulated and real bars would meet.
    """
    content = bars.content_sha256()
    verdict = judge(bars)
    if len(verdict.accepted) == 0:
        reasons = verdict.reason.tolist() or ["an empty payload"]
        reason, _ = Counter(reasons).most_common(1)[0]
        raise NoUsableBars(bars.session, len(bars), reason)
    with engine.begin() as connection:
        _refuse_mixed_sources(connection, bars.source)
        if _newest_content(connection, bars.session) == content:
            return IngestReport(bars.session, None, len(bars))
        report = _merge(connection, bars, content, verdict, confirm_removals)
        faults.reach("before-commit-bars")
    faults.reach("after-commit-bars")
    return report


def _refuse_mixed_sources(connection: sa.Connection, source: str) -> None:
    stored = connection.scalar(
        sa.select(ingest_batches.c.source)
        .where((ingest_batches.c.source == "simulated") != (sa.literal(source) == "simulated"))
        .limit(1)
    )
    if stored is not None:
        raise SourcesMixed(stored, source)


def _newest_content(connection: sa.Connection, session: date) -> str | None:
    return connection.scalar(
        sa.select(ingest_batches.c.content_sha256)
        .where(ingest_batches.c.session == session)
        .order_by(ingest_batches.c.batch_id.desc())
        .limit(1)
    )


def _merge(
    connection: sa.Connection,
    bars: SessionBars,
    content: str,
    verdict: Verdict,
    confirm_removals: bool,
) -> IngestReport:
    batch_id = _open_batch(connection, bars, content, len(verdict.rejected))
    keep_payload(connection, bars, batch_id)
    rows = accepted_rows(connection, bars, verdict.accepted)
    if _is_stored(connection, bars.session):
        counts = _compare(connection, bars, verdict, rows, batch_id, confirm_removals)
    else:
        insert_session(connection, bars.session, rows, batch_id)
        counts = {"inserted": len(verdict.accepted), "revised": 0, "removed": 0}
    _keep_rejected(connection, bars, verdict, batch_id)
    connection.execute(
        sa.update(ingest_batches)
        .where(ingest_batches.c.batch_id == batch_id)
        .values(**counts, committed_at=sa.func.clock_timestamp())
    )
    rejected = Counter(verdict.reason[verdict.rejected].tolist())
    return IngestReport(bars.session, batch_id, len(bars), **counts, rejected=dict(rejected))


def _is_stored(connection: sa.Connection, session: date) -> bool:
    found = sa.select(sa.literal(1)).where(daily_bars.c.session == session).limit(1)
    return connection.scalar(found) is not None


def _compare(
    connection: sa.Connection,
    bars: SessionBars,
    verdict: Verdict,
    rows: Columns,
    batch_id: int,
    confirm_removals: bool,
) -> dict[str, int]:
    """Bring the stored session to what the batch says; how many bars that changed, by kind."""
    found = differences(connection, bars.session, rows)
    connection.execute(statement("stage_bars"))
    copy_columns(connection, "staged_bars", chosen_rows(rows, found.changed))
    connection.execute(sa.text("analyze staged_bars (symbol_id)"))
    at = {"session": bars.session, "batch_id": batch_id}
    removed = _find_vanished(connection, bars, verdict, found.absent, confirm_removals)
    revised = connection.scalar(statement("revise_bars"), at)
    inserted = connection.scalar(statement("insert_bars"), at)
    connection.execute(statement("remove_bars"), at)
    return {"inserted": inserted or 0, "revised": revised or 0, "removed": removed}


def _open_batch(connection: sa.Connection, bars: SessionBars, content: str, rejected: int) -> int:
    return connection.execute(
        sa.insert(ingest_batches)
        .values(
            session=bars.session,
            source=bars.source,
            payload_sha256=bars.payload_sha256,
            content_sha256=content,
            fetched_at=bars.fetched_at,
            rows=len(bars),
            inserted=0,
            revised=0,
            removed=0,
            rejected=rejected,
        )
        .returning(ingest_batches.c.batch_id)
    ).scalar_one()


def _find_vanished(
    connection: sa.Connection,
    bars: SessionBars,
    verdict: Verdict,
    absent: NDArray[np.int32],
    confirmed: bool,
) -> int:
    rejected = bars.ticker.take(pa.array(verdict.rejected)).to_pylist()
    vanished = statement("vanished_bars").bindparams(
        sa.bindparam("rejected", _storable(rejected), ARRAY(sa.Text))
    )
    connection.execute(vanished, {"session": bars.session, "absent": array_text(absent)})
    removed, stored = connection.execute(
        sa.text(
            "select (select count(*) from vanished_bars),"
            " (select count(*) from daily_bars where session = :session)"
        ),
        {"session": bars.session},
    ).one()
    if removed > LARGEST_REMOVED_SHARE * stored and not confirmed:
        raise TooManyRemovals(bars.session, removed, stored)
    return removed


def _keep_rejected(
    connection: sa.Connection, bars: SessionBars, verdict: Verdict, batch_id: int
) -> None:
    tickers = _storable(bars.ticker.take(pa.array(verdict.rejected)).to_pylist())
    rows = [
        {
            "batch_id": batch_id,
            "ticker": ticker,
            "reason": str(verdict.reason[at]),
            # As text, since JSON has no NaN and no infinity.
            "row": {"day": str(bars.day[at])}
            | {name: repr(float(getattr(bars, name)[at])) for name in NUMBERS},
        }
        for at, ticker in zip(verdict.rejected, tickers, strict=True)
    ]
    if rows:
        connection.execute(sa.insert(rejected_bars), rows)


def _storable(tickers: list[str | None]) -> list[str]:
    """Control bytes written out, since PostgreSQL's text holds no zero byte."""
    return [
        (t or "") if (t or "").isprintable() else t.encode("unicode_escape").decode()  # type: ignore[union-attr]
        for t in tickers
    ]
