"""Sessions one by one with faults by chance, and a look at what came of them."""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from technic_pipeline.services import ensure_running, stop
from technic_pipeline.settings import Settings
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import upgrade
from tests.endurance.audit import Finding, audit
from tests.endurance.harms import HARMS
from tests.endurance.market import sessions
from tests.endurance.processes import evening, start_worker
from tests.endurance.worker import Usage

# What an interpreter takes up in its first evenings is no leak.
WARM_UP_SHARE = 0.2
MOST_GROWTH = 1.1
# Between two evenings there may be one or two that were just not closed, or not begun.
SOME = 2
MB = 1 << 20


@dataclass(frozen=True)
class Endured:
    """How faults ended, by kind and end, and what was found after the last session."""

    faults: Counter[tuple[str, str]]
    seconds: float
    findings: Sequence[Finding]

    @property
    def lost(self) -> list[Finding]:
        """What is not as it should be."""
        return [finding for finding in self.findings if not finding.good]


def endure(
    count: int, share: float, seed: int, told: Callable[[int], object] = lambda _: None
) -> Endured:
    """Work so many sessions on servers of their own; before a share of them a fault strikes.

    `told` is called with the number of each session that is done.
    """
    chance, faults, usage = random.Random(seed), Counter(), []  # noqa: S311 - no secret
    days = sessions(count)
    # Not below a private directory: as root the servers run as an unprivileged user.
    folder = Path(tempfile.mkdtemp(prefix="technic-endurance-"))
    folder.chmod(0o755)
    settings = Settings(home=folder / "home", database_url=None, redis_url=None)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder)
        ending.callback(stop, settings)
        endpoints = ensure_running(settings)
        upgrade(engine_for(endpoints.database_url))
        worker = ending.enter_context(start_worker(endpoints))
        ending.callback(worker.kill)
        for number, day in enumerate(days, start=1):
            if chance.random() < share:
                kind = chance.choice(list(HARMS))
                faults[kind, HARMS[kind](endpoints, settings, day, chance)] += 1
            usage.append(evening(worker, day))
            told(number)
        findings = [*_usage(usage), _connections(endpoints.database_url)]
        findings += audit(endpoints.database_url, days)
        engine_for(endpoints.database_url).dispose()
    return Endured(faults, statistics.median(each.seconds for each in usage), findings)


def _usage(usage: Sequence[Usage]) -> list[Finding]:
    early, late = usage[int(len(usage) * WARM_UP_SHARE)], usage[-1]
    growth = late.memory / early.memory
    memory = Finding(
        f"memory at the end, {late.memory // MB} MB, over that after a fifth",
        f"{growth:.2f}",
        f"at most {MOST_GROWTH:g}",
        growth <= MOST_GROWTH,
    )
    same = [
        Finding(
            f"open {what} at the end, and after a fifth",
            f"{now}, {then}",
            f"at most {SOME} more",
            now <= then + SOME,
        )
        for what, now, then in (
            ("files", late.files, early.files),
            ("threads", late.threads, early.threads),
        )
    ]
    return [memory, *same]


def _connections(url: str) -> Finding:
    """The worker's; it has a pool, and one a thread."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
    assert row is not None
    return Finding("connections to PostgreSQL at the end", str(row[0]), "at most 10", row[0] <= 10)


def days_of(count: int) -> tuple[date, date]:
    """The first and the last session."""
    days = sessions(count)
    return days[0], days[-1]
