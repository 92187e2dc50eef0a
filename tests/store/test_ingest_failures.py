"""A failure in the middle of a merge leaves the database as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from contents import contents
from payloads import Row, payload
from sqlalchemy import event, exc

from technic_pipeline.store.ingest import IngestReport, ingest

SESSION = date(2015, 3, 20)
STORED = [Row(f"T{n:03}") for n in range(100)]
# One of everything that a merge can do.
CHANGED = [Row("T000", close=10.6), *STORED[1:99], Row("NEW"), Row("ZVZZT")]
MOMENTS = ["before_cursor_execute", "after_cursor_execute", "commit"]


@contextmanager
def listening(engine: sa.Engine, events: list[str], act: Callable[..., None]) -> Iterator[None]:
    for name in events:
        event.listen(engine, name, act)
    try:
        yield
    finally:
        for name in events:
            event.remove(engine, name, act)


@contextmanager
def connection_lost_at(engine: sa.Engine, url: str, moment: int) -> Iterator[None]:
    """The server ends the merge's connection before or after one of its statements."""
    passed = count()

    def end(connection: sa.Connection, *_: Any) -> None:
        if next(passed) == moment:
            held = connection.connection.driver_connection
            assert held is not None
            with psycopg.connect(url, autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s, 5000)", [held.info.backend_pid])

    with listening(engine, MOMENTS, end):
        yield


def merged_unless_lost(engine: sa.Engine, url: str, moment: int) -> IngestReport | None:
    try:
        with connection_lost_at(engine, url, moment):
            return ingest(engine, payload(SESSION, CHANGED))
    except (exc.OperationalError, psycopg.OperationalError):
        return None


def test_whenever_the_connection_is_lost_nothing_is_left_half_done(
    store: sa.Engine, partitioned_url: str
) -> None:
    ingest(store, payload(SESSION, STORED))
    before = contents(store)
    moment = 0
    while (report := merged_unless_lost(store, partitioned_url, moment)) is None:
        assert contents(store) == before, f"lost at moment {moment}"
        moment += 1
    # Before and after about a dozen statements, and at the commit.
    assert moment > 20
    assert (report.inserted, report.revised, report.removed) == (1, 1, 1)


def test_whenever_the_connection_is_lost_a_new_session_is_not_there(
    store: sa.Engine, partitioned_url: str
) -> None:
    before = contents(store)
    moment = 0
    while (report := merged_unless_lost(store, partitioned_url, moment)) is None:
        assert contents(store) == before, f"lost at moment {moment}"
        moment += 1
    assert moment > 14
    assert (report.inserted, report.revised, report.removed) == (100, 0, 0)


def test_a_session_that_has_no_partition_leaves_no_batch_and_no_symbols(store: sa.Engine) -> None:
    before = contents(store)
    with pytest.raises(psycopg.IntegrityError, match="no partition"):
        ingest(store, payload(date(2024, 3, 20), STORED))
    assert contents(store) == before


def test_readers_see_the_old_session_or_the_new_one_and_nothing_between(
    store: sa.Engine, partitioned_url: str
) -> None:
    ingest(store, payload(SESSION, STORED))
    seen = []
    with psycopg.connect(partitioned_url, autocommit=True) as reader:

        def look(*_: Any) -> None:
            seen.extend(reader.execute("select count(*), sum(close) from daily_bars"))

        with listening(store, MOMENTS, look):
            ingest(store, payload(SESSION, [Row("T000", close=10.75), *STORED[1:], Row("NEW")]))
        assert len(seen) > 20
        assert set(seen) == {(100, 1050.0)}
        look()
    assert seen[-1] == (101, 1060.75)
