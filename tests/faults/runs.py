"""`technic` as a process of its own, watched from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
TECHNIC = "from technic_pipeline.cli import main; main()"
# A run of this market takes a few seconds; a server that does not answer costs some more.
PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.005
# What a run says while it goes on: how far it is, and what it does without.
FORESEEN = re.compile(r"[a-z ]+(\(symbols\))?: \d+ done|.*\bcache\b.*|waiting for .*")


@dataclass(frozen=True)
class Ended:
    """How a process ended: its status, negative for a signal, None where the trial is void.

    Why it is void is the last line of what it said.
    """

    status: int | None
    said: tuple[str, ...]
    seconds: float

    @property
    def unforeseen(self) -> list[str]:
        """Lines that a person should not have to read, such as those of a traceback."""
        if self.status == 1 and self.said and self.said[-1].startswith("error: "):
            return _strange(self.said[:-1])
        return _strange(self.said)

    @property
    def in_words(self) -> str:
        """What happened, as a table says it."""
        if self.status is None:
            return self.said[-1]
        if self.unforeseen:
            return f"said: {self.unforeseen[-1]}"
        if self.status < 0:
            return f"killed by signal {-self.status}"
        return self.said[-1].partition(";")[0] if self.status else "went on to the end"


def _strange(said: Sequence[str]) -> list[str]:
    return [line for line in said if not FORESEEN.fullmatch(line)]


@dataclass
class Running:
    """A process that was started; `status` waits for its end."""

    process: psutil.Process
    said: Path
    status: Callable[[], int]

    def stopped(self) -> bool:
        """Wait until it has stopped itself; False when it has ended instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                state = self.process.status()
            except psutil.NoSuchProcess:
                return False
            if state in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}:
                return state == psutil.STATUS_STOPPED
            time.sleep(LOOK_SECONDS)
        return False

    def ended(self) -> Ended:
        """Wait for the end, or kill it when that takes too long."""
        started = time.monotonic()
        hung = False
        while not _over(self.process):
            if time.monotonic() - started > PATIENCE_SECONDS:
                hung = True
                self.process.kill()
            time.sleep(LOOK_SECONDS)
        status = self.status()
        lines = self.said.read_text(encoding="utf-8", errors="replace").splitlines()
        if hung:
            lines.append(f"hung for {PATIENCE_SECONDS:.0f} s")
        return Ended(None if hung else status, tuple(lines), time.monotonic() - started)

    def go_on(self) -> None:
        """Let it go on after it stopped itself."""
        self.process.send_signal(signal.SIGCONT)


def _over(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Warm:
    """Starts `technic` as a child of a process that has imported everything already."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._said = folder / "said"

    def start(self, settings: Mapping[str, str], *arguments: str) -> Running:
        """Begin the command."""
        asked = {"arguments": arguments, "settings": dict(settings), "said": str(self._said)}
        assert self._process.stdin is not None
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return Running(psutil.Process(self._answer()), self._said, self._answer)

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextmanager
def warm_process(folder: Path) -> Iterator[Warm]:
    """One that runs in `folder`, where no .env is, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.warm"],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Warm(process, folder)
        finally:
            # One that stopped itself would be waited for.
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()


def start_cold(folder: Path, settings: Mapping[str, str], *arguments: str) -> Running:
    """Begin the command as a person does, from nothing."""
    said = folder / "said"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", TECHNIC, *arguments],
            cwd=folder,
            env=_environment() | dict(settings),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    return Running(psutil.Process(process.pid), said, process.wait)


def _environment() -> dict[str, str]:
    """Without what the person who tests has set."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TECHNIC_") and name not in {"DAGSTER_HOME", "RAY_ADDRESS"}
    }
    return own | {"PYTHONPATH": str(ROOT)}
