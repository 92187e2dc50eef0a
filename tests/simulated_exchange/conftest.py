"""An exchange on one day, and the real client that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from pydantic import SecretStr

from technic_pipeline.sessions import Calendar
from technic_pipeline.simulated_exchange import SimulatedExchange, serve
from technic_pipeline.sources.massive.clock import Clock
from technic_pipeline.sources.massive.connection import Connection, Timeouts
from technic_pipeline.sources.massive.plans import ADVANCED
from technic_pipeline.sources.massive.source import Massive

# Wednesday before Thanksgiving, after the close.
NOW = datetime(2025, 11, 26, 22, 0, tzinfo=UTC)
TODAY = date(2025, 11, 26)


@pytest.fixture
def exchange(calendar: Calendar) -> SimulatedExchange:
    return SimulatedExchange(calendar, symbols=300, sessions=250, now=NOW)


@pytest.fixture
def address(exchange: SimulatedExchange) -> Iterator[str]:
    with serve(exchange) as url:
        yield url


@pytest.fixture
def slept() -> list[float]:
    """How long the client asked to sleep, each time; it does not."""
    return []


@pytest.fixture
def massive(
    address: str, exchange: SimulatedExchange, calendar: Calendar, slept: list[float]
) -> Iterator[Massive]:
    import time  # noqa: PLC0415

    clock = Clock(lambda: time.monotonic() + sum(slept), slept.append)
    timeouts = Timeouts(connect=2.0, read=1.0, total=3.0)
    connection = Connection(
        address, SecretStr(exchange.key), ADVANCED, clock=clock, timeouts=timeouts
    )
    yield Massive(connection, ADVANCED, calendar)
    connection.close()
