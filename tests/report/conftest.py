"""A small market of which two sessions are published, and a browser for its page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from databases import TEMPLATE, create_database, drop_database
from opening import Opened, Photograph
from playwright.sync_api import Browser, Page
from small_market import load_market, publish_days

from technic_pipeline.report.content import Report
from technic_pipeline.report.reading import read_report
from technic_pipeline.report.versions import read_versions
from technic_pipeline.scan.publishing import Market
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for

LOADED = "report_market"


@pytest.fixture(scope="session")
def days(calendar: Calendar) -> list[date]:
    return calendar.between(date(2016, 3, 1), date(2016, 3, 22))


@pytest.fixture(scope="session")
def loaded(servers: Endpoints, calendar: Calendar, days: list[date]) -> Iterator[str]:
    """The name of a database with the market, its last two sessions published."""
    url = create_database(servers, LOADED, TEMPLATE)
    market = Market(url, servers.redis_url, calendar)
    load_market(market, days)
    publish_days(market, days[-2:])
    engine_for(url).dispose()
    yield LOADED
    drop_database(servers, LOADED)


@pytest.fixture
def market(servers: Endpoints, calendar: Calendar, loaded: str) -> Iterator[Market]:
    """A copy of it, of the test's own."""
    url = create_database(servers, "report_copy", loaded)
    yield Market(url, servers.redis_url, calendar)
    engine_for(url).dispose()
    drop_database(servers, "report_copy")


@pytest.fixture
def url(market: Market) -> str:
    """Its database."""
    return market.url


@pytest.fixture
def report(url: str, calendar: Calendar, days: list[date]) -> Report:
    """What is said of its newest session."""
    return read_report(url, days[-1], calendar, read_versions(url, days[-1]))


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Opens the page at `address`; it must not complain, nor ask for anything but itself."""
    pages = Opened(browser, address)
    yield pages
    for context in browser.contexts:
        context.close()
    assert pages.complaints == []
    assert set(pages.asked_for) == {address}


@pytest.fixture
def photograph(screenshots: Path) -> Photograph:
    """Keeps a picture of a page for a person to look at."""

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=screenshots / f"report_{name}.png")

    return keep
