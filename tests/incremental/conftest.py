"""Two databases in which a market of three hundred sessions has a place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from databases import TEMPLATE, create_database, drop_database
from market import LENGTH
from replay import Servers

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for

# So that a year and a quarter begin among the sessions to come.
FIRST_DAY = date(2014, 11, 5)
NAMES = ("incremental", "whole")


@pytest.fixture(scope="session")
def markets(servers: Endpoints, calendar: Calendar) -> Iterator[Servers]:
    """Both databases; every test fills them anew."""
    sessions = calendar.between(FIRST_DAY, calendar.last)[:LENGTH]
    urls = []
    for name in NAMES:
        # Thousands of small commits, none of which a test asks to survive a crash of the machine.
        url = create_database(servers, name, TEMPLATE) + "&options=-c%20synchronous_commit%3Doff"
        ensure_partitions(engine_for(url), sessions[0], sessions[-1])
        urls.append(url)
    yield Servers(urls[0], urls[1], servers.redis_url, calendar, sessions)
    for name, url in zip(NAMES, urls, strict=True):
        engine_for(url).dispose()
        drop_database(servers, name)
