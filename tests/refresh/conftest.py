"""A simulated exchange that the settings name, its clock, and evenings on which the job runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from evenings import Evenings

from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings
from technic_pipeline.simulated_exchange import SimulatedExchange, serve

SYMBOLS, SESSIONS = 150, 60
# After the close of a Monday.
NOW = datetime(2025, 9, 29, 21, 0, tzinfo=UTC)


@pytest.fixture
def with_ratios(request: pytest.FixtureRequest) -> bool:
    """Whether the plan includes ratios; a test may say no."""
    return getattr(request, "param", True)


@pytest.fixture
def symbols(request: pytest.FixtureRequest) -> int:
    """How many there are, delisted ones included; a test may say another number."""
    return getattr(request, "param", SYMBOLS)


@pytest.fixture
def exchange(calendar: Calendar, symbols: int, with_ratios: bool) -> SimulatedExchange:
    return SimulatedExchange(
        calendar, symbols=symbols, sessions=SESSIONS, now=NOW, with_ratios=with_ratios
    )


@pytest.fixture
def asked(
    exchange: SimulatedExchange,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
    servers: Endpoints,
) -> Iterator[SimulatedExchange]:
    """The exchange, asked by everything that opens the pipeline."""
    with serve(exchange) as url:
        for name, value in {
            "TECHNIC_HOME": str(tmp_path / "home"),
            "TECHNIC_DATABASE_URL": database_url,
            "TECHNIC_REDIS_URL": servers.redis_url,
            "TECHNIC_SOURCE": "massive",
            "TECHNIC_MASSIVE_URL": url,
            "TECHNIC_MASSIVE_PLAN": "advanced",
            "MASSIVE_API_KEY": exchange.key,
            "TECHNIC_SCANS": "swing",
        }.items():
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()
        yield exchange


@pytest.fixture
def evenings(
    asked: SimulatedExchange, database_url: str, engine: sa.Engine, calendar: Calendar
) -> Iterator[Evenings]:
    with dg.instance_for_test() as instance:
        yield Evenings(instance, asked, database_url, engine, calendar)
