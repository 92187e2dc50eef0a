"""A database in which bars of 2015 and 2016 have a place, empty for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from companies import LENGTH, follow_and_verify, indicators_of
from databases import TEMPLATE, create_database, drop_database

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.schema import metadata

NAME = "store_tests"


@pytest.fixture(scope="session")
def partitioned_url(servers: Endpoints) -> Iterator[str]:
    """One migrated database for all these tests, because making one takes longer than they do."""
    # Thousands of small commits, none of which a test asks to survive a crash of the machine.
    url = create_database(servers, NAME, TEMPLATE) + "&options=-c%20synchronous_commit%3Doff"
    ensure_partitions(engine_for(url), date(2015, 1, 1), date(2016, 6, 30))
    yield url
    engine_for(url).dispose()
    drop_database(servers, NAME)


@pytest.fixture
def store(partitioned_url: str) -> Iterator[sa.Engine]:
    """Connections to it; every table is empty, and every identity starts at 1."""
    engine = engine_for(partitioned_url)
    yield engine
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text("set local lock_timeout = '10s'"))
        connection.execute(sa.text(f"truncate {tables} restart identity"))


@pytest.fixture(scope="session")
def sessions(calendar: Calendar) -> list[date]:
    """Those in which the companies of `companies.py` trade."""
    return calendar.between(date(2015, 1, 2), date(2015, 3, 31))[:LENGTH]


@pytest.fixture
def settle(
    store: sa.Engine, partitioned_url: str, servers: Endpoints, calendar: Calendar
) -> Callable[[], None]:
    """Follows every change, and compares with a rebuild."""
    return lambda: follow_and_verify(store, partitioned_url, servers.redis_url, calendar)


@pytest.fixture
def assert_one_history(store: sa.Engine, sessions: list[date]) -> Callable[..., None]:
    """The last bearer of a ticker has the same indicators as a company that kept its own."""

    def compared(ticker: str, twin: str = "TWIN") -> None:
        expected = indicators_of(store, twin, sessions[-1])
        assert len(expected) == LENGTH
        assert indicators_of(store, ticker, sessions[-1]) == expected

    return compared
