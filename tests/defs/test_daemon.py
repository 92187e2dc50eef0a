"""Dagster's daemon left alone for days: the right sessions, each once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import rehearsal
import sqlalchemy as sa

from technic_pipeline.project_files import project_folder
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.simulated_exchange import SimulatedExchange, serve
from technic_pipeline.store.schema_scans import scan_runs

NEW_YORK = ZoneInfo("America/New_York")
DAEMON = "from dagster._daemon.cli import main; main()"
TECHNIC = "from technic_pipeline.cli import main; main()"
# A run's process takes some seconds to start, more of them on a busy machine.
PATIENCE_SECONDS = 240
# In which the daemon looks several times.
QUIET_SECONDS = 8


@pytest.fixture
def exchange(calendar: Calendar) -> SimulatedExchange:
    return SimulatedExchange(calendar, symbols=60, sessions=30, now=_moment("2025-11-25T17:00"))


@pytest.fixture
def environment(
    exchange: SimulatedExchange, tmp_path: Path, database_url: str, servers: Endpoints
) -> Iterator[dict[str, str]]:
    """Of every process of the rehearsal."""
    home = tmp_path / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_bytes(
        (project_folder("dagster_home") / "dagster.yaml").read_bytes()
    )
    with serve(exchange) as url:
        yield os.environ | {
            "DAGSTER_HOME": str(home),
            "TECHNIC_HOME": str(tmp_path / "home"),
            "TECHNIC_DATABASE_URL": database_url,
            "TECHNIC_REDIS_URL": servers.redis_url,
            "TECHNIC_SOURCE": "massive",
            "TECHNIC_MASSIVE_URL": url,
            "TECHNIC_MASSIVE_PLAN": "advanced",
            "TECHNIC_SCANS": "swing",
            "MASSIVE_API_KEY": exchange.key,
            rehearsal.CLOCK: str(tmp_path / "clock"),
        }


@pytest.fixture
def at(exchange: SimulatedExchange, tmp_path: Path) -> Callable[[str], None]:
    """Moves the exchange and the pipeline to a time in New York."""

    def move(text: str) -> None:
        exchange.now = _moment(text)
        unfinished = tmp_path / "clock.unfinished"
        unfinished.write_text(exchange.now.isoformat(), encoding="utf-8")
        unfinished.replace(tmp_path / "clock")

    return move


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@contextmanager
def daemon(environment: dict[str, str], log: Path) -> Iterator[None]:
    """The daemon with its code server, ended with everything that it started."""
    command = [sys.executable, "-c", DAEMON, "run", "-f", rehearsal.__file__]
    with (
        log.open("ab") as said,
        subprocess.Popen(
            command,
            env=environment,
            cwd=log.parent,
            stdout=said,
            stderr=said,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def published(engine: sa.Engine) -> list[tuple[str, int]]:
    """Every published session and version."""
    columns = scan_runs.c
    found = sa.select(columns.session, columns.version).order_by(columns.session, columns.version)
    with engine.connect() as connection:
        return [(str(day), version) for day, version in connection.execute(found)]


def test_five_days_end_with_exactly_the_right_sessions_each_once(
    environment: dict[str, str],
    at: Callable[[str], None],
    engine: sa.Engine,
    tmp_path: Path,
) -> None:
    at("2025-11-25T17:00")
    first = [sys.executable, "-c", TECHNIC, "run", "--session", "2025-11-25"]
    subprocess.run(_rehearsed(first), env=environment, cwd=tmp_path, check=True)
    expected = [("2025-11-25", 1)]
    log = tmp_path / "daemon.log"

    def goes_by(moment: str, session: str | None, why: str) -> None:
        at(moment)
        if session is None:
            time.sleep(QUIET_SECONDS)
        else:
            expected.append((session, 1))
        ends = time.monotonic() + PATIENCE_SECONDS
        while len(published(engine)) < len(expected) and time.monotonic() < ends:
            time.sleep(1)
        assert published(engine) == expected, f"{why}\n{log.read_text()[-4000:]}"

    with daemon(environment, log):
        goes_by("2025-11-26T15:30", None, "Wednesday, before the close")
        goes_by("2025-11-26T16:05", "2025-11-26", "after it")
        goes_by("2025-11-27T18:00", None, "Thanksgiving")
        goes_by("2025-11-28T12:55", None, "before a half day's close")
        goes_by("2025-11-28T13:05", "2025-11-28", "after it")
    with daemon(environment, log):
        goes_by("2025-11-30T12:00", None, "the daemon was restarted on a weekend")
        goes_by("2025-12-01T16:05", "2025-12-01", "Monday")


def _rehearsed(command: list[str]) -> list[str]:
    """The same program at the rehearsal's time."""
    program, option, text, *arguments = command
    folder = str(Path(rehearsal.__file__).parent)
    return [
        program,
        option,
        f"import sys; sys.path.insert(0, {folder!r}); import rehearsal; {text}",
        *arguments,
    ]
