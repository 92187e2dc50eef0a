"""Servers that the settings name are used as they are; status tells and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from technic_pipeline import services
from technic_pipeline.services import Endpoints
from technic_pipeline.services.home import find_home
from technic_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "127.0.0.1:1"


def test_nothing_is_started_where_both_urls_are_set(room: Path, endpoints: Endpoints) -> None:
    settings = Settings(
        home=room / "unused",
        database_url=endpoints.database_url,
        redis_url=endpoints.redis_url,
    )
    assert services.ensure_running(settings) == endpoints
    assert [server.embedded for server in services.status(settings)] == [False, False]
    assert all(server.alive for server in services.status(settings))
    assert services.stop(settings) == []
    assert not settings.home.exists()


def test_the_url_that_is_missing_gets_an_embedded_server(
    settings: Settings, endpoints: Endpoints
) -> None:
    half = settings.model_copy(update={"database_url": endpoints.database_url})
    found = services.ensure_running(half)
    assert found.database_url == endpoints.database_url
    assert str(settings.home) in found.redis_url
    assert not (settings.home / "postgres").exists()
    assert services.stop(half) == ["Valkey"]


def test_status_tells_version_process_and_place(lasting: Settings, endpoints: Endpoints) -> None:
    database, cache = services.status(lasting)
    assert (database.name, database.embedded, database.alive) == ("PostgreSQL", True, True)
    assert (cache.name, cache.embedded, cache.alive) == ("Valkey", True, True)
    assert (database.url, cache.url) == (endpoints.database_url, endpoints.redis_url)
    assert (database.version or "").startswith("18.")
    assert (cache.version or "").startswith("9.")
    assert str(find_home(lasting.home).data) in database.detail


def test_status_of_a_home_never_used_starts_and_creates_nothing(settings: Settings) -> None:
    for server in services.status(settings):
        assert not server.alive
        assert server.version is None
        assert "technic services start" in server.detail
    assert not settings.home.exists()


def test_status_of_servers_out_of_reach_tells_the_problem_and_no_password(room: Path) -> None:
    settings = Settings(
        home=room / "unused",
        database_url=f"postgresql://me:secret@{PLACE}/db",
        redis_url=f"redis://:secret@{PLACE}/0",
    )
    database, cache = services.status(settings)
    assert database.url == f"postgresql://me:***@{PLACE}/db"
    assert cache.url == f"redis://:***@{PLACE}/0"
    assert (database.name, cache.name) == ("PostgreSQL", "Redis")
    for server in (database, cache):
        assert not server.alive
        assert "refused" in server.detail
