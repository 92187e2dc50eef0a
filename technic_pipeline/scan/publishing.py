"""What a scan is made from, read; the ranked table, committed at once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from technic_pipeline.indicators.fingerprint import engine_fingerprint
from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.scan.definition import ScanDefinition
from technic_pipeline.scan.inputs import PreviousRanks, ScanInputs
from technic_pipeline.scan.known_fundamentals import read_fundamentals
from technic_pipeline.scan.ranking import RankedScan, rank_scan
from technic_pipeline.scan.relative_strength import rs_ratings
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.schema_scans import scan_exclusion_lists, scan_runs
from technic_pipeline.store.values import column

# Symbols without a bar for longer than this are no part of a session's population.
POPULATION_SESSIONS = 20


@dataclass(frozen=True)
class Publication:
    """The newest version of a scan of a session, and whether this call made it."""

    scan_run_id: int
    version: int
    is_new: bool


# Each scan's ranked table and what became of it, by the scan's name.
Published = dict[str, tuple[RankedScan, Publication]]


def publish_session(
    url: str,
    redis_url: str,
    engine: sa.Engine,
    calendar: Calendar,
    definitions: Mapping[str, ScanDefinition],
    session: date,
) -> Published:
    """Rank one session by every scan and publish each whole."""
    started = time.perf_counter()
    inputs = read_inputs(url, redis_url, session, calendar)
    published = {}
    for name, definition in definitions.items():
        previous = read_previous_ranks(url, name, session, calendar)
        ranked = rank_scan(definition, inputs, previous)
        seconds = time.perf_counter() - started
        published[name] = ranked, publish(engine, ranked, session, seconds)
    return published


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


def read_inputs(url: str, redis_url: str, session: date, calendar: Calendar) -> ScanInputs:
    """The session's population with everything that rules and scores read."""
    since = calendar.before(session, POPULATION_SESSIONS - 1)
    table = read_arrow(url, "read_scan_inputs", [session, since])
    symbol_id = table.column(0).to_numpy()
    bars = table["bars"].fill_null(0).to_numpy()
    known = read_fundamentals(url, redis_url, session, calendar, symbol_id, table["sector"])
    values = {name: column(table, name) for name in STORED_COLUMNS}
    types = table["type"].to_numpy()
    values["rs_rating"] = rs_ratings(types, bars, values)
    values["fundamental_score"] = known.score
    return ScanInputs(
        session=session,
        symbol_id=symbol_id,
        **{name: _text(table, name) for name in ("ticker", "name", "type", "sector", "industry")},
        traded=table["close"].is_valid().to_numpy(),
        close=column(table, "close"),
        volume=column(table, "volume"),
        bars=bars,
        market_cap=known.market_cap,
        values=values,
    )


def read_previous_ranks(url: str, scan: str, session: date, calendar: Calendar) -> PreviousRanks:
    """The ranks of the newest version of the session before `session`."""
    table = read_arrow(url, "read_newest_run", [scan, calendar.before(session, 1)])
    run = table["scan_run_id"][0].as_py() if len(table) else None
    return PreviousRanks(run, column(table, "symbol_id"), column(table, "rank"))


def publish(engine: sa.Engine, ranked: RankedScan, session: date, seconds: float) -> Publication:
    """Commit a new version whole, or return the newest when it was made from equal inputs."""
    with engine.begin() as connection:
        newest = connection.execute(
            sa.select(scan_runs.c.scan_run_id, scan_runs.c.version, scan_runs.c.inputs_sha256)
            .where(scan_runs.c.scan == ranked.definition.name, scan_runs.c.session == session)
            .order_by(scan_runs.c.version.desc())
            .limit(1)
        ).one_or_none()
        if newest is not None and newest.inputs_sha256 == ranked.inputs_sha256:
            _confirm(connection, newest.scan_run_id)
            return Publication(newest.scan_run_id, newest.version, is_new=False)
        number = newest.version + 1 if newest else 1
        run = _insert_run(connection, ranked, session, number, seconds)
        _insert_rows(connection, ranked, session, run)
    return Publication(run, number, is_new=True)


def _confirm(connection: sa.Connection, run: int) -> None:
    """A version made from what is known now is not stale, whatever was restated in between."""
    connection.execute(
        sa.update(scan_runs).where(scan_runs.c.scan_run_id == run).values(stale_since=None)
    )


def _insert_run(
    connection: sa.Connection, ranked: RankedScan, session: date, number: int, seconds: float
) -> int:
    definition = ranked.definition
    return connection.execute(
        sa.insert(scan_runs)
        .values(
            scan=definition.name,
            session=session,
            version=number,
            population=ranked.population,
            universe=ranked.universe,
            ranked=ranked.ranked,
            previous_scan_run_id=ranked.previous_scan_run_id,
            definition=definition.as_json(),
            definition_sha256=definition.sha256(),
            code_version=version("technic-pipeline"),
            engine_fingerprint=engine_fingerprint(),
            inputs_sha256=ranked.inputs_sha256,
            seconds=seconds,
        )
        .returning(scan_runs.c.scan_run_id)
    ).scalar_one()


def _insert_rows(connection: sa.Connection, ranked: RankedScan, session: date, run: int) -> None:
    rows = ranked.ranked
    same_in_all = {
        "scan_run_id": np.full(rows, run, dtype=np.int32),
        "scan": pa.array([ranked.definition.name] * rows, pa.string()),
        "session": np.full(rows, session, dtype="datetime64[D]"),
    }
    copy_columns(connection, "scan_results", same_in_all | dict(ranked.columns))
    connection.execute(
        sa.insert(scan_exclusion_lists).values(
            scan_run_id=run,
            symbol_ids=ranked.excluded_symbol_id.tolist(),
            reasons=ranked.excluded_reason.tolist(),
        )
    )


def _text(table: pa.Table, name: str) -> pa.StringArray:
    return table[name].combine_chunks().cast(pa.string())  # type: ignore[return-value]
