"""What a crash, a restart or a careless copy leaves behind does not keep the servers down."""

from __future__ import annotations

import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest
import redis

from technic_pipeline import services
from technic_pipeline.errors import ServiceFailed
from technic_pipeline.services import postgres, process, valkey
from technic_pipeline.services.account import server_account
from technic_pipeline.services.home import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from technic_pipeline.settings import Settings


def postmaster(settings: Settings) -> psutil.Process:
    found = postgres.find(find_home(settings.home))
    assert found is not None
    return found


@pytest.fixture
def foreign(request: pytest.FixtureRequest) -> Iterator[int]:
    """A live process of the servers' user: of another user, PostgreSQL itself would ignore it."""
    if request.param == "postgres of another home":
        yield postmaster(request.getfixturevalue("lasting")).pid
        return
    account = server_account()
    user = account.uid if account.switched else None
    sleeper = subprocess.Popen(["sleep", "600"], user=user, cwd="/")
    yield sleeper.pid
    sleeper.kill()
    sleeper.wait()


@pytest.mark.parametrize("foreign", ["sleep", "postgres of another home"], indirect=True)
def test_a_pid_file_that_names_a_foreign_process_does_not_block_the_start(
    settings: Settings, foreign: int
) -> None:
    services.ensure_running(settings)
    home = find_home(settings.home)
    locks = [home.data / "postmaster.pid", home.sockets / ".s.PGSQL.5432.lock"]
    written = [lock.read_text() for lock in locks]
    services.stop(settings)
    for lock, text in zip(locks, written, strict=True):
        lock.write_text(f"{foreign}\n" + text.partition("\n")[2])
    endpoints = services.ensure_running(settings)
    with psycopg.connect(endpoints.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert postmaster(settings).pid != foreign
    assert psutil.pid_exists(foreign)


def test_a_killed_server_recovers_what_was_committed_though_a_backend_still_computes(
    settings: Settings,
) -> None:
    endpoints = services.ensure_running(settings)
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    computing = psycopg.connect(endpoints.database_url)
    failures: list[psycopg.Error] = []

    def compute() -> None:
        try:
            computing.execute("SELECT sum(i) FROM generate_series(1, 10000000000) AS i")
        except psycopg.Error as error:
            failures.append(error)

    session = threading.Thread(target=compute)
    session.start()
    time.sleep(0.2)
    killed = postmaster(settings)
    killed.kill()
    services.ensure_running(settings)
    session.join(10)
    assert len(failures) == 1
    with psycopg.connect(endpoints.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert postmaster(settings) != killed


def test_a_killed_valkey_is_replaced(lasting: Settings) -> None:
    endpoints = services.ensure_running(lasting)
    killed = valkey.find(find_home(lasting.home))
    assert killed is not None
    killed.kill()
    assert services.ensure_running(lasting) == endpoints
    with redis.Redis.from_url(endpoints.redis_url) as client:
        assert client.ping()
    assert valkey.find(find_home(lasting.home)) not in {killed, None}


def test_a_valkey_that_hangs_is_replaced(lasting: Settings) -> None:
    endpoints = services.ensure_running(lasting)
    hanging = valkey.find(find_home(lasting.home))
    assert hanging is not None
    hanging.suspend()
    assert services.ensure_running(lasting) == endpoints
    with redis.Redis.from_url(endpoints.redis_url) as client:
        assert client.ping()
    assert not process.alive(hanging)


def test_a_home_removed_under_its_servers_starts_afresh(settings: Settings) -> None:
    first = services.ensure_running(settings)
    home = find_home(settings.home)
    abandoned = [
        *process.marked("postgres", home.mark),
        *process.marked("valkey-server", home.mark),
    ]
    shutil.rmtree(settings.home)
    try:
        assert services.ensure_running(settings) == first
        with psycopg.connect(first.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        found = {postmaster(settings), valkey.find(find_home(settings.home))}
        assert not found & {*abandoned, None}
    finally:
        assert process.end(abandoned, signal.SIGKILL, 10)


class Silent(socketserver.BaseRequestHandler):
    """Ends every conversation, as a server does that is full."""


def test_no_second_server_starts_while_one_that_cannot_be_seen_listens(settings: Settings) -> None:
    sockets = settings.home / "run"
    sockets.mkdir(parents=True, mode=0o700)
    with socketserver.UnixStreamServer(str(sockets / ".s.PGSQL.5432"), Silent) as other:
        threading.Thread(target=other.serve_forever, args=[0.01]).start()
        with pytest.raises(ServiceFailed, match="no process of this system listens"):
            services.ensure_running(settings)
        other.shutdown()
    assert postgres.find(find_home(settings.home)) is None


def test_an_initdb_killed_midway_leaves_the_home_usable(settings: Settings) -> None:
    starter = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("starter.py"), settings.home]
    )
    while not list(settings.home.glob("postgres.new-*/global")):
        assert starter.poll() is None
        time.sleep(0.002)
    starter.kill()
    starter.wait()
    assert not (settings.home / "postgres").exists()
    services.ensure_running(settings)
    assert services.status(settings)[0].alive
    assert not list(settings.home.glob("postgres.new-*"))


def test_a_start_that_fails_says_why_and_where_the_log_is(settings: Settings) -> None:
    services.ensure_running(settings)
    services.stop(settings)
    tuned = settings.home / "postgres" / "postgresql.auto.conf"
    tuned.write_text("max_connections = 'many'\n")
    with pytest.raises(ServiceFailed, match=r"postgresql\.auto\.conf.* contains errors") as told:
        services.ensure_running(settings)
    assert str(settings.home / "logs" / "postgres.log") in str(told.value)
    assert "\n" not in str(told.value)
    tuned.write_text("")
    (find_home(settings.home).sockets / "valkey.sock").mkdir()
    with pytest.raises(ServiceFailed, match=r"Valkey: .*(bind|[Ss]ocket)"):
        services.ensure_running(settings)
