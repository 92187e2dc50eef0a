"""Workers: one that goes on evening after evening, and those that a fault strikes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psutil

from technic_pipeline.faults import VARIABLE
from technic_pipeline.services import Endpoints
from tests.endurance.worker import Usage

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.02


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
    if deed and _stopped(worker):
        deed()
        worker.send_signal(signal.SIGCONT)
    try:
        status = worker.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
        return "hung"
    return {0: "went on", -signal.SIGKILL: "killed"}.get(status, "failed")


def _stopped(worker: subprocess.Popen[str]) -> bool:
    """Wait until it has stopped itself; False when it has ended."""
    process = psutil.Process(worker.pid)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and worker.poll() is None:
        if process.status() == psutil.STATUS_STOPPED:
            return True
        time.sleep(LOOK_SECONDS)
    return False
