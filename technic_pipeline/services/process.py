"""Server processes: started so that they outlive their starter, found again, and waited for."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from technic_pipeline.errors import ServiceFailed
from technic_pipeline.services.account import run_as

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from technic_pipeline.services.account import Account
    from technic_pipeline.services.probe import Answer

START_SECONDS = 60
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Server:
    """How one server is asked, found and started."""

    name: str
    log: Path
    ask: Callable[[], Answer]
    find: Callable[[], psutil.Process | None]
    launch: Callable[[], psutil.Process | None]


def bring_up(server: Server) -> None:
    """Return once the server answers; start it unless a process of it is there to wait for.

    Raises:
        ServiceFailed: it ended, with the last line of its log, or it does not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    logged = server.log.stat().st_size if server.log.exists() else 0
    launched = False
    process = server.find()
    while (answer := server.ask()).version is None:
        if not alive(process):
            # One that was starting or stopping when found may have made room for another.
            process = server.find()
            if process is None and launched:
                raise failed_start(server.name, server.log, logged)
            if process is None:
                process, launched = server.launch(), True
        elif time.monotonic() > deadline:
            pid = process.pid if process else "unknown"
            problem = f"process {pid} gives no service for {START_SECONDS} s ({answer.problem})"
            raise ServiceFailed(
                server.name, problem, f"see {server.log}, or: technic services stop"
            )
        time.sleep(POLL_SECONDS)


def launch(
    command: Sequence[str], account: Account, log: Path, directory: Path
) -> psutil.Process | None:
    """Start a server that stays when its starter goes; None if it has already ended.

    It runs in its own session, so that Ctrl-C in the starter's terminal does not reach it, and as
    nobody's child (the shell that forks it ends at once), so that a starter that lives on does not
    keep it as a zombie, whose process id would look alive to PostgreSQL.
    """
    script = '"$@" >&2 & echo $!'
    with log.open("ab") as sink:
        shell = ["/bin/sh", "-c", script, "sh", *command]
        started = run_as(account, shell, directory=directory, stdout=subprocess.PIPE, stderr=sink)
    try:
        return psutil.Process(int(started.stdout))
    except psutil.NoSuchProcess:
        return None


def alive(process: psutil.Process | None) -> bool:
    """Whether the process still runs; one that only waits to be reaped does not."""
    try:
        return (
            process is not None
            and process.is_running()
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return False


def gone(processes: Sequence[psutil.Process], seconds: float) -> bool:
    """Wait until all the processes have ended; False if `seconds` were not enough."""
    deadline = time.monotonic() + seconds
    while any(map(alive, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def end(processes: Sequence[psutil.Process], signal: int, seconds: float) -> bool:
    """Send the signal to all the processes and wait; False if `seconds` were not enough."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal)
    return gone(processes, seconds)


def marked(name: str, mark: str) -> list[psutil.Process]:
    """The processes called `name` whose command line, or title, holds `mark`."""
    found = psutil.process_iter(["name", "cmdline"])
    return [
        process
        for process in found
        if process.info["name"] == name and mark in " ".join(process.info["cmdline"] or ())
    ]


def tree(process: psutil.Process) -> list[psutil.Process]:
    """The process and all that it started, or nothing if it has ended."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def failed_start(name: str, log: Path, logged: int) -> ServiceFailed:
    """The error of a server that ended: what its log says after the first `logged` bytes."""
    with log.open("rb") as file:
        file.seek(logged)
        lines = file.read().decode(errors="replace").splitlines()
    return ServiceFailed(name, _reason(lines), f"its log is {log}")


def _reason(lines: list[str]) -> str:
    # "the database system is starting up" is what PostgreSQL logs of the question whether it is up.
    said = [line for line in lines if line.strip() and "the database system is" not in line]
    fatal = [line for line in said if re.search(r"\b(FATAL|PANIC|error):", line)]
    last = (fatal or said or ["it ended without a word"])[-1]
    return re.sub(r"^.*?(FATAL|PANIC|error):\s*|^\d+:\w .*? [#*.-] ", "", last).strip()
