"""One home, many processes: they share one server and none takes it along when it goes."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import redis
from adbc_driver_postgresql import dbapi

from technic_pipeline import services
from technic_pipeline.services import postgres, process
from technic_pipeline.services.home import find_home

if TYPE_CHECKING:
    from technic_pipeline.services import Endpoints
    from technic_pipeline.settings import Settings

STARTER = Path(__file__).with_name("starter.py")


def start_from_another_process(settings: Settings, *options: str, **environment: str):
    return subprocess.Popen(
        [sys.executable, STARTER, settings.home, *options],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | environment,
    )


def postmaster(settings: Settings) -> int:
    found = postgres.find(find_home(settings.home))
    assert found is not None
    return found.pid


def test_both_servers_answer_every_client(endpoints: Endpoints) -> None:
    with psycopg.connect(endpoints.database_url) as connection:
        row = connection.execute("SELECT current_database(), current_user").fetchone()
    assert row == ("technic", "postgres")
    with dbapi.connect(endpoints.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 AS one")
        assert cursor.fetch_arrow_table().to_pydict() == {"one": [1]}
    with redis.Redis.from_url(endpoints.redis_url) as client:
        assert client.set("key", b"value")
        assert client.get("key") == b"value"


def test_text_sorts_by_its_bytes_and_the_server_runs_on_utc(endpoints: Endpoints) -> None:
    words = ["a", "B", "é", "Z", "BRK.B", "BRKA", "ab", "😀", "\uff21"]
    with psycopg.connect(endpoints.database_url) as connection:
        query = "SELECT word FROM unnest(%s::text[]) AS word ORDER BY word"
        found = [word for (word,) in connection.execute(query, [words])]
        zone = connection.execute("SHOW timezone").fetchone()
    assert found == sorted(words, key=str.encode)
    assert zone == ("UTC",)


def test_servers_that_run_are_found_within_50_ms(lasting: Settings) -> None:
    seconds = []
    for _ in range(9):
        begun = time.perf_counter()
        services.ensure_running(lasting)
        seconds.append(time.perf_counter() - begun)
    assert statistics.median(seconds) < 0.05


def test_a_second_process_shares_the_server_whatever_its_libpq_variables_say(
    lasting: Settings, endpoints: Endpoints
) -> None:
    assert endpoints.database_url
    other = start_from_another_process(lasting, PGPORT="6000", PGHOST="elsewhere", PGUSER="other")
    assert int(other.communicate(timeout=30)[0]) == postmaster(lasting)


def test_the_servers_outlive_an_interrupt_and_the_death_of_their_starter(
    settings: Settings,
) -> None:
    starter = start_from_another_process(settings, "--stay")
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    os.killpg(starter.pid, signal.SIGINT)
    assert starter.wait(30) != 0
    again = start_from_another_process(settings, "--stay")
    assert again.stdout is not None
    assert int(again.stdout.readline()) == pid
    os.killpg(again.pid, signal.SIGKILL)
    again.wait(30)
    with psycopg.connect(services.ensure_running(settings).database_url):
        assert postmaster(settings) == pid
    assert services.stop(settings) == ["PostgreSQL", "Valkey"]


def test_four_processes_that_start_at_once_share_one_server(settings: Settings) -> None:
    starters = [start_from_another_process(settings) for _ in range(4)]
    pids = {starter.communicate(timeout=60)[0] for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert pids == {f"{postmaster(settings)}\n"}
    mark = find_home(settings.home).mark
    assert len(process.marked("valkey-server", mark)) == 1
    # The rest bear titles such as "postgres: technic-…: checkpointer".
    servers = [each for each in process.marked("postgres", mark) if "-D" in each.cmdline()]
    assert len(servers) == 1


def test_what_is_stopped_comes_back_with_its_data(settings: Settings) -> None:
    assert services.stop(settings) == []
    endpoints = services.ensure_running(settings)
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first = postmaster(settings)
    assert services.stop(settings) == ["PostgreSQL", "Valkey"]
    assert not any(server.alive for server in services.status(settings))
    assert services.stop(settings) == []
    assert services.ensure_running(settings) == endpoints
    with psycopg.connect(endpoints.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert postmaster(settings) != first
