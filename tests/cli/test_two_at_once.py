"""Runs at the same time queue, say so, and leave what one run leaves."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen

import pytest
from commands import TICKERS, Technic
from databases import create_database, drop_database
from dayfiles import write_day

from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import writer_lock, writers_connected
from tests.faults.contents import differences, partial, read_contents

TECHNIC = "from technic_pipeline.cli import main; main()"
PATIENCE_SECONDS = 120
# Nobody listens there.
NO_REDIS = {"TECHNIC_REDIS_URL": "redis://127.0.0.1:1/0"}


@contextmanager
def begun_together(url: str, count: int) -> Iterator[None]:
    """Keep so many runs, begun in the block, waiting until all of them do."""
    with writer_lock(url, "run of somebody else"):
        yield
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(writers_connected(url)) <= count and time.monotonic() < deadline:
            time.sleep(0.05)


def begin(folder: Path, arguments: Sequence[str], settings: Mapping[str, str]) -> Popen[str]:
    """A run on a machine of its own."""
    folder.mkdir()
    return Popen(
        [sys.executable, "-c", TECHNIC, "run", *arguments],
        env=os.environ | {"TECHNIC_HOME": str(folder)} | settings,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
    )


@pytest.fixture
def another_url(servers: Endpoints, published_template: str) -> Iterator[str]:
    """A database like that of `published`."""
    yield create_database(servers, "published_too", published_template)
    drop_database(servers, "published_too")


def test_runs_at_once_leave_what_one_run_leaves(
    published: Technic,
    market: Path,
    another_url: str,
    calendar: Calendar,
    days: list[date],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All missing sessions, some of them, and the newest as the sensor asks for it."""
    coming = calendar.between(days[-1], date(2016, 12, 30))[1:7]
    for age, day in enumerate(coming):
        write_day(market, day, {t: 19.0 + at + age / 10 for at, t in enumerate(TICKERS)})
    asked = [
        [],
        ["--from", str(coming[1]), "--to", str(coming[-2])],
        ["--session", str(coming[-1])],
    ]
    url = os.environ["TECHNIC_DATABASE_URL"]
    with begun_together(url, len(asked)):
        runs = [
            begin(tmp_path / str(number), arguments, NO_REDIS if number else {})
            for number, arguments in enumerate(asked)
        ]
    said = [run.communicate(timeout=PATIENCE_SECONDS)[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * len(runs), said
    assert all("waiting for 'technic run" in text for text in said), said

    monkeypatch.setenv("TECHNIC_DATABASE_URL", another_url)
    assert published("run").status == 0
    found = read_contents(url)
    assert differences(found, read_contents(another_url)) == {}
    assert set(partial(url).values()) == {0}
    assert not found["pending_changes"]
