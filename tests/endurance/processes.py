"""Workers: one that goes on evening after evening, and those that a fault strikes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psutil

from technic_pipeline.faults import VARIABLE
from technic_pipeline.services import Endpoints
from tests.endurance.worker import Usage
from tests.faults.runs import Running

ROOT = Path(__file__).parents[2]


def start_worker(endpoints: Endpoints, fault: str = "") -> subprocess.Popen[str]:
    """One that waits for the first evening."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.endurance.worker"),
            *(endpoints.database_url, endpoints.redis_url),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT), VARIABLE: fault},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if fault else None,
        text=True,
    )


def evening(worker: subprocess.Popen[str], session: date) -> Usage:
    """Have it work one.

    Raises:
        RuntimeError: it died.
    """
    assert worker.stdin is not None and worker.stdout is not None
    print(session, file=worker.stdin, flush=True)
    answer = worker.stdout.readline()
    if not answer:
        raise RuntimeError(f"the worker ended in the evening of {session}")
    return Usage(**json.loads(answer))


def struck_evening(
    endpoints: Endpoints, session: date, point: str, deed: Callable[[], object] | None
) -> str:
    """An evening in which a worker dies at a point, or a deed is done there; how it ended."""
    worker = start_worker(endpoints, f"{point}@stop" if deed else point)
    assert worker.stdin is not None
    print(session, file=worker.stdin, flush=True)
    worker.stdin.close()
    running = Running(psutil.Process(worker.pid), Path(os.devnull), worker.wait)
    if deed and running.stopped():
        deed()
        running.go_on()
    status = running.ended().status
    return {None: "hung", 0: "went on", -signal.SIGKILL: "killed"}.get(status, "failed")
