"""Connections: one engine a process, one lock from ingest to publish, Arrow for bulk reads."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from importlib import resources
from typing import Any

import psycopg
import pyarrow as pa
import sqlalchemy as sa
from psycopg.rows import dict_row

from technic_pipeline.errors import ConnectionLost

logger = logging.getLogger(__name__)

# Any constant will do, as long as every run of every version uses the same one.
WRITER_LOCK = 7_436_102_001
LOCK_POLL_SECONDS = 0.5
WRITER_PREFIX = "technic "
LOCK_REMINDER_SECONDS = 30.0

_of_thread = threading.local()


@cache
def engine_for(url: str) -> sa.Engine:
    """The process's connection pool for a libpq URI, or another connection string of libpq's."""
    return sa.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), pool_pre_ping=True
    )


def driver(connection: sa.Connection) -> psycopg.Connection:
    """The psycopg connection below, in the same transaction."""
    found = connection.connection.driver_connection
    assert isinstance(found, psycopg.Connection)  # noqa: S101 - engine_for makes no other
    return found


@cache
def statement(name: str) -> sa.TextClause:
    """The statement in `store/statements/<name>.sql`."""
    folder = resources.files("technic_pipeline.store") / "statements"
    return sa.text((folder / f"{name}.sql").read_text(encoding="utf-8"))


def query_text(name: str, columns: Sequence[str]) -> str:
    """The text of `store/statements/<name>.sql`; where it says `{columns}`, those are selected."""
    listed = ", ".join(f'"{column}"' for column in columns)
    return statement(name).text.replace("{columns}", listed)


def read_rows(
    url: str, name: str, parameters: Mapping[str, Any], columns: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The few rows of `store/statements/<name>.sql`, whose parameters are %(name)s.

    Where it says `{columns}`, those are selected.
    """
    query = query_text(name, columns).encode()
    with psycopg.connect(url) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def read_arrow(
    url: str, name: str, parameters: Sequence[Any] = (), columns: Sequence[str] = ()
) -> pa.Table:
    """The result of `store/statements/<name>.sql`, whose parameters are $1, $2 ...

    Where it says `{columns}`, those are selected. ADBC reads several times as many rows a second as
    a cursor, and into columns.

    Raises:
        ConnectionLost: the server does not answer, also not to a second connection.
    """
    # Imported here: it takes a second, and most commands read little.
    import adbc_driver_manager as adbc  # noqa: PLC0415

    query = query_text(name, columns)
    try:
        return _fetch(url, query, parameters)
    except adbc.OperationalError:
        # The server may have restarted since the kept connection was made.
        close_arrow_connections()
    try:
        return _fetch(url, query, parameters)
    except adbc.OperationalError as error:
        raise ConnectionLost(error) from None


def _fetch(url: str, query: str, parameters: Sequence[Any]) -> pa.Table:
    with _arrow_connection(url).cursor() as cursor:
        cursor.execute(query, list(parameters))
        return cursor.fetch_arrow_table()


def _arrow_connection(url: str) -> Any:
    """One a thread: on connecting, the driver reads the catalogue of types, which takes 50 ms."""
    kept = arrow_connections()
    if url not in kept:
        import adbc_driver_postgresql.dbapi as adbc  # noqa: PLC0415

        kept[url] = adbc.connect(url, autocommit=True)
        # Left open, it complains when the interpreter takes it apart.
        atexit.register(kept[url].close)
    return kept[url]


def arrow_connections() -> dict[str, Any]:
    """This thread's, by URL: two threads may not use one at once."""
    return _of_thread.__dict__.setdefault("arrow_connections", {})


def close_arrow_connections(kept: dict[str, Any] | None = None) -> None:
    """Close this thread's, or those of another that has ended."""
    kept = arrow_connections() if kept is None else kept
    while kept:
        _, connection = kept.popitem()
        atexit.unregister(connection.close)
        connection.close()


def run_holder(run_id: str) -> str:
    """What a run is called among those who hold the writer's lock or wait for it."""
    return f"run {run_id[:8]}"


def writers_connected(url: str) -> set[str]:
    """Everyone who holds the writer's lock or waits for it, on whichever machine."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "select application_name from pg_stat_activity "
            "where datname = current_database() and starts_with(application_name, %s)",
            [WRITER_PREFIX],
        ).fetchall()
    return {name.removeprefix(WRITER_PREFIX) for (name,) in rows}


@contextmanager
def writer_lock(url: str, holder: str) -> Iterator[Callable[[], None]]:
    """Hold the one lock that spans ingest to publish; wait, and say for whom, while it is taken.

    PostgreSQL gives it back by itself when the holder's connection ends, however it ends. What is
    yielded asks whether it is still held, and raises ConnectionLost when somebody else may have it.
    """
    named = WRITER_PREFIX + holder
    with psycopg.connect(url, autocommit=True, application_name=named) as connection:
        _wait_for_lock(connection)
        yield partial(_require_held, connection)


def _require_held(connection: psycopg.Connection) -> None:
    try:
        connection.execute("select")
    except psycopg.OperationalError as error:
        raise ConnectionLost(error) from None


def _wait_for_lock(connection: psycopg.Connection) -> None:
    reminded = -LOCK_REMINDER_SECONDS
    started = time.monotonic()
    while not _try_lock(connection):
        waited = time.monotonic() - started
        if waited - reminded >= LOCK_REMINDER_SECONDS:
            logger.warning("waiting for %s to finish (%.0f s so far)", _holder(connection), waited)
            reminded = waited
        time.sleep(LOCK_POLL_SECONDS)


def _try_lock(connection: psycopg.Connection) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s)", [WRITER_LOCK]).fetchone()
    return bool(row and row[0])


def _holder(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "select a.application_name, a.backend_start from pg_locks l join pg_stat_activity a "
        "using (pid) where l.locktype = 'advisory' and l.granted "
        "and (l.classid::bigint << 32) + l.objid::bigint = %s",
        [WRITER_LOCK],
    ).fetchone()
    if row is None:
        return "another run"
    # To who is not a member of that connection's user, PostgreSQL does not say since when.
    since = f", connected since {row[1]:%Y-%m-%d %H:%M:%S %Z}" if row[1] else ""
    return f"'{row[0]}'{since}"
