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

import psycopg
from commands import Technic
from databases import create_database, drop_database

from technic_pipeline.services import Endpoints
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


def test_runs_at_once_leave_what_one_run_leaves(
    market: Path,
    technic: Technic,
    servers: Endpoints,
    published_template: str,
    days: list[date],
    tmp_path: Path,
) -> None:
    """All sessions, some of them, and the newest as the sensor asks for it; on three machines."""
    assert market and technic
    asked = [[], ["--from", str(days[-12]), "--to", str(days[-2])], ["--session", str(days[-1])]]
    url = os.environ["TECHNIC_DATABASE_URL"]
    with begun_together(url, len(asked)):
        runs = [
            begin(tmp_path / str(number), arguments, NO_REDIS if number else {})
            for number, arguments in enumerate(asked)
        ]
    said = [run.communicate(timeout=PATIENCE_SECONDS)[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * len(runs), said
    assert all("waiting for 'technic run" in text for text in said), said
    expected_url = create_database(servers, "published_once", published_template)
    assert differences(read_contents(url), read_contents(expected_url)) == {}
    drop_database(servers, "published_once")
    assert set(partial(url).values()) == {0}
    with psycopg.connect(url) as connection:
        count = connection.execute("select count(*) from pending_changes").fetchone()
    assert count == (0,)
