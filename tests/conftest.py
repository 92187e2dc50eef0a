"""Servers, databases and data that the tests share. Real servers only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database, survive_no_crash_of_the_machine
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

from technic_pipeline.services import Endpoints, ensure_running, stop
from technic_pipeline.sessions import Calendar, load_calendar
from technic_pipeline.settings import Settings, load_settings
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import upgrade

# Read here, because during a test no setting is set.
SCREENSHOTS = os.environ.get("TECHNIC_TEST_SCREENSHOTS")

_number = count()


@pytest.fixture(autouse=True)
def _no_settings_of_the_person_who_tests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    for variable in list(os.environ):
        if variable.startswith("TECHNIC_") and variable != "TECHNIC_TEST_DATA":
            monkeypatch.delenv(variable)
    for variable in ("MASSIVE_API_KEY", "POLYGON_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    # A .env of the working directory is a person's too.
    monkeypatch.chdir(tmp_path)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A TECHNIC_HOME that the servers' unprivileged user can enter, which tmp_path is not."""
    path = Path(tempfile.mkdtemp(prefix="technic-"))
    path.chmod(0o755)
    yield path
    stop(Settings(home=path))
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def servers(home: Path) -> Endpoints:
    """Embedded PostgreSQL and Valkey, with a migrated database to copy."""
    endpoints = ensure_running(Settings(home=home))
    survive_no_crash_of_the_machine(endpoints)
    url = create_database(endpoints, TEMPLATE, "template0")
    upgrade(engine_for(url))
    return endpoints


@pytest.fixture(scope="session")
def other_cluster() -> Iterator[Endpoints]:
    """A second PostgreSQL, in which nothing was ever migrated."""
    path = Path(tempfile.mkdtemp(prefix="technic-"))
    path.chmod(0o755)
    settings = Settings(home=path, redis_url="redis://unused")
    yield ensure_running(settings)
    stop(settings)
    shutil.rmtree(path)


@pytest.fixture
def other_servers(other_cluster: Endpoints) -> Iterator[Endpoints]:
    """That one; what roles a test has made there are gone after it, as its databases must be."""
    yield other_cluster
    with psycopg.connect(other_cluster.database_url, autocommit=True) as connection:
        # Who made another is the last to go.
        made = (
            "select rolname from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres'"
            " order by oid desc"
        )
        for (name,) in connection.execute(made).fetchall():
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture
def database_url(servers: Endpoints) -> Iterator[str]:
    """A migrated database of the test's own."""
    yield from _own_database(servers, TEMPLATE)


@pytest.fixture
def empty_database_url(servers: Endpoints) -> Iterator[str]:
    """A database of the test's own with nothing in it."""
    yield from _own_database(servers, "template0")


@pytest.fixture
def engine(database_url: str) -> sa.Engine:
    """Connections to `database_url`."""
    return engine_for(database_url)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """The calendar of the New York Stock Exchange."""
    return load_calendar("XNYS")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The directory of real day files that TECHNIC_TEST_DATA names."""
    named = os.environ.get("TECHNIC_TEST_DATA")
    if not named:
        pytest.skip("TECHNIC_TEST_DATA is not set; .ci/run sets it")
    return Path(named) / "us_2015_2016"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed; .ci/run installs it")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """The folder in which pictures of pages are kept for a person to look at."""
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _own_database(servers: Endpoints, template: str) -> Iterator[str]:
    name = f"test_{next(_number)}"
    url = create_database(servers, name, template)
    yield url
    engine_for(url).dispose()
    drop_database(servers, name)
