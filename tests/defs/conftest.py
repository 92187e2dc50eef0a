"""A market of day files, named by the settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from commands import TICKERS
from dayfiles import write_market

from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings


@pytest.fixture
def market_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str, servers: Endpoints
) -> Path:
    """Where the settings say that day files are; nothing lies there yet."""
    root = tmp_path / "market"
    monkeypatch.setenv("TECHNIC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TECHNIC_DATABASE_URL", database_url)
    monkeypatch.setenv("TECHNIC_REDIS_URL", servers.redis_url)
    monkeypatch.setenv("TECHNIC_SOURCE", "flatfiles")
    monkeypatch.setenv("TECHNIC_FLATFILES_DIR", str(root))
    load_settings.cache_clear()
    return root


@pytest.fixture
def market(market_root: Path, monkeypatch: pytest.MonkeyPatch, calendar: Calendar) -> Path:
    """Day files of 64 sessions, ranked by one scan."""
    write_market(market_root, calendar.between(date(2016, 1, 4), date(2016, 4, 5)), TICKERS)
    monkeypatch.setenv("TECHNIC_SCANS", "swing")
    load_settings.cache_clear()
    return market_root
