"""The least that an evening's rows can cost: their bytes, ready made, into equal empty tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import LiteralString

import psycopg
from psycopg import sql

from technic_pipeline.services import Endpoints
from tests.benchmarks.clock import timed
from tests.benchmarks.state_traffic import StateTraffic, traffic_seconds

OF_SESSION: LiteralString = "session = {session}"
# What an evening writes, and which of its rows belong to a session.
ROWS: dict[str, LiteralString] = {
    "daily_bars": OF_SESSION,
    "indicators": OF_SESSION,
    "scan_results": OF_SESSION,
    "scan_exclusion_lists": (
        "scan_run_id in (select scan_run_id from scan_runs where session = {session})"
    ),
}
PREFIX = "floor_"
# Bytes a message.
CHUNK = 1 << 20


@dataclass(frozen=True)
class EncodedRows:
    """Some rows of a table without partitions, as a binary COPY stream."""

    table: str
    stream: bytes


@dataclass(frozen=True)
class Floor:
    """Seconds for COPY of a session's rows and for the traffic of its state."""

    copy: float
    state: float

    @property
    def total(self) -> float:
        """One after the other."""
        return self.copy + self.state


def floor_of(endpoints: Endpoints, session: date, traffic: StateTraffic) -> Floor:
    """Measure the floor of a session that is published; a transaction a table."""
    with psycopg.connect(endpoints.database_url, autocommit=True) as connection:
        rows = encoded_session(connection, session)
        make_equal_tables(connection, rows)
        copied = sum(copy_seconds(connection, part) for part in rows)
        drop_equal_tables(connection)
    return Floor(copied, traffic_seconds(endpoints.redis_url, traffic))


def encoded_session(connection: psycopg.Connection, session: date) -> list[EncodedRows]:
    """Every row that the session has, encoded by the server itself."""
    found = []
    for table, condition in ROWS.items():
        where = sql.SQL(condition).format(session=sql.Literal(session))
        leaves = connection.execute(
            sql.SQL("select distinct tableoid::regclass::text from {} where {}").format(
                sql.Identifier(table), where
            )
        )
        for (leaf,) in leaves.fetchall():
            found.append(EncodedRows(leaf, _encoded(connection, leaf, where)))
    return found


def make_equal_tables(connection: psycopg.Connection, rows: list[EncodedRows]) -> None:
    """Empty tables with the columns, checks and indexes of those that the rows are from."""
    for part in rows:
        connection.execute(
            sql.SQL("create table if not exists {} (like {} including all)").format(
                sql.Identifier(PREFIX + part.table), sql.Identifier(part.table)
            )
        )


def drop_equal_tables(connection: psycopg.Connection) -> None:
    """Drop what `make_equal_tables` made."""
    named = connection.execute(
        "select tablename from pg_tables where starts_with(tablename, %s)", [PREFIX]
    )
    for (table,) in named.fetchall():
        connection.execute(sql.SQL("drop table {}").format(sql.Identifier(table)))


def copy_seconds(connection: psycopg.Connection, rows: EncodedRows) -> float:
    """Seconds for the rows into the equal table, until they are committed."""
    seconds, _ = timed(partial(_copy, connection, rows))
    return seconds


def _copy(connection: psycopg.Connection, rows: EncodedRows) -> None:
    target = sql.SQL("copy {} from stdin (format binary)").format(
        sql.Identifier(PREFIX + rows.table)
    )
    view = memoryview(rows.stream)
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for start in range(0, len(view), CHUNK):
            copy.write(view[start : start + CHUNK])


def _encoded(connection: psycopg.Connection, leaf: str, where: sql.Composable) -> bytes:
    query = sql.SQL("copy (select * from {} where {}) to stdout (format binary)").format(
        sql.Identifier(leaf), where
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(copy)
