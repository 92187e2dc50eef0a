"""One published market for all tests of what is read, because publishing takes a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from databases import TEMPLATE, create_database, drop_database
from published_market import publish_market

from technic_pipeline.scan.publishing import Market
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for

NAME = "pictures"


@pytest.fixture(scope="session")
def days(calendar: Calendar) -> list[date]:
    """Sixty-four sessions, so that the first are too old to be shown; days[2] is not published."""
    return calendar.between(date(2016, 1, 4), date(2016, 4, 5))


@pytest.fixture(scope="session")
def published_url(servers: Endpoints, calendar: Calendar, days: list[date]) -> Iterator[str]:
    url = create_database(servers, NAME, TEMPLATE)
    publish_market(Market(url, servers.redis_url, calendar), days)
    yield url
    engine_for(url).dispose()
    drop_database(servers, NAME)
