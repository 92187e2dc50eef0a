"""The command line, run in this process against a database of the test's own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from commands import TICKERS, Finished, Technic
from databases import TEMPLATE, create_database, drop_database
from dayfiles import write_market

from technic_pipeline.cli import main
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings
from technic_pipeline.store.database import engine_for


@pytest.fixture
def technic(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    database_url: str,
    servers: Endpoints,
) -> Technic:
    """Runs `technic` with arguments; settings are those of the environment at that moment."""
    monkeypatch.setenv("TECHNIC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TECHNIC_DATABASE_URL", database_url)
    monkeypatch.setenv("TECHNIC_REDIS_URL", servers.redis_url)

    def run(*arguments: str) -> Finished:
        load_settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["technic", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        os.environ.pop("DAGSTER_HOME", None)
        captured = capsys.readouterr()
        return Finished(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def days(calendar: Calendar) -> list[date]:
    """Just as many sessions as the rule of age asks for, and two more."""
    return calendar.between(date(2016, 1, 4), date(2016, 12, 30))[:62]


@pytest.fixture(scope="session")
def day_files(days: list[date], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The market's day files, to be copied."""
    root = tmp_path_factory.mktemp("market")
    write_market(root, days, TICKERS)
    return root


@pytest.fixture
def market(
    tmp_path: Path, day_files: Path, monkeypatch: pytest.MonkeyPatch, technic: Technic
) -> Path:
    """A directory of day files, named by the settings; `technic` is ready."""
    assert technic
    root = tmp_path / "market"
    shutil.copytree(day_files, root)
    monkeypatch.setenv("TECHNIC_SOURCE", "flatfiles")
    monkeypatch.setenv("TECHNIC_FLATFILES_DIR", str(root))
    return root


@pytest.fixture(scope="session")
def published_template(
    servers: Endpoints, day_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a database in which every session of the market is published."""
    name = "published"
    url = create_database(servers, name, TEMPLATE)
    with pytest.MonkeyPatch.context() as environment:
        for variable, value in {
            "TECHNIC_HOME": tmp_path_factory.mktemp("home"),
            "TECHNIC_DATABASE_URL": url,
            "TECHNIC_REDIS_URL": servers.redis_url,
            "TECHNIC_SOURCE": "flatfiles",
            "TECHNIC_FLATFILES_DIR": day_files,
        }.items():
            environment.setenv(variable, str(value))
        load_settings.cache_clear()
        environment.setattr(sys, "argv", ["technic", "run"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
    os.environ.pop("DAGSTER_HOME", None)
    load_settings.cache_clear()
    yield name
    drop_database(servers, name)


@pytest.fixture
def published(
    technic: Technic,
    market: Path,
    servers: Endpoints,
    published_template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Technic]:
    """`technic` on a database of the test's own in which everything is published."""
    assert market
    copy = create_database(servers, "published_copy", published_template)
    monkeypatch.setenv("TECHNIC_DATABASE_URL", copy)
    yield technic
    engine_for(copy).dispose()
    drop_database(servers, "published_copy")
