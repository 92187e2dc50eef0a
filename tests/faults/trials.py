"""What is tried: a process killed at every point, and a server harmed while a run is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from technic_pipeline.faults import POINTS
from tests.faults import deeds
from tests.faults.ground import BACKFILL, ORDINARY, Ground, Start

Deed = Callable[[Ground], None]

KILLED, REFUSED, WENT_ON = -9, 1, 0
# Of what is reached once a session, a backfill is killed at the session of this number.
MIDWAY = 7
ONCE_A_SESSION = {
    *("after-fetch", "mid-copy-daily_bars", "mid-copy-pending_changes"),
    *("before-commit-bars", "after-commit-bars", "mid-copy-scan_results"),
    *("mid-copy-sector_statistics", "before-commit-statistics", "after-commit-statistics"),
    *("before-commit-scan", "after-commit-scan", "between-scans"),
}
# No session is there to be read again.
NOT_IN_A_BACKFILL = {"mid-copy-staged_bars"}


@dataclass(frozen=True)
class Trial:
    """A run, what becomes of it at a point, and how it may end.

    Without a deed the process kills itself there; without a point the deed is done before the run.
    With `foreign` servers the run only knows their URLs; a `cold` one is the command as a person
    starts it. `mend` makes the server well again before the next run.
    """

    fault: str
    point: str | None
    start: Start = ORDINARY
    deed: Deed | None = None
    may_end: tuple[int, ...] = (KILLED,)
    mend: Deed | None = None
    foreign: bool = False
    cold: bool = False

    @property
    def where(self) -> str:
        """The run and the place in it."""
        return f"{self.start.name}, {self.point or 'before it'}"

    @property
    def name(self) -> str:
        """By which it is chosen."""
        return f"{self.fault}: {self.where}"


def kills() -> Iterator[Trial]:
    """Every point, in an ordinary evening."""
    for point in POINTS:
        yield Trial("killed", point)
    # Of two scans one is committed, and exactly one.
    yield Trial("killed", "before-commit-scan:2")


def kills_of_a_backfill() -> Iterator[Trial]:
    """Every point, in a first run over weeks."""
    for point in POINTS:
        if point not in NOT_IN_A_BACKFILL:
            place = f"{point}:{MIDWAY}" if point in ONCE_A_SESSION else point
            yield Trial("killed", place, BACKFILL)
    yield Trial("killed", f"before-commit-scan:{MIDWAY + 1}", BACKFILL)


def kills_of_the_command() -> Iterator[Trial]:
    """Some, with the command as a person starts it."""
    for point in ("mid-copy-daily_bars", "before-commit-indicators", "between-rows-and-state"):
        yield Trial("killed, a command", point, cold=True)


def harm_to_postgres() -> Iterator[Trial]:
    """The server, its connections, its disk."""
    places = (
        *("after-fetch", "mid-copy-daily_bars", "before-commit-indicators", "mid-state"),
        *("between-rows-and-publishing", "before-commit-scan"),
    )
    for point in places:
        yield Trial("PostgreSQL killed", point, deed=deeds.kill_postgres, may_end=(REFUSED,))
    yield Trial(
        "PostgreSQL killed, ours by URL",
        "mid-copy-indicators",
        deed=deeds.kill_postgres,
        may_end=(REFUSED,),
        mend=Ground.ensure_servers,
        foreign=True,
    )
    for fault, deed in (
        ("PostgreSQL killed and back", deeds.restart_postgres),
        ("connections cut", deeds.cut_connections),
    ):
        for point in places:
            yield Trial(fault, point, deed=deed, may_end=(REFUSED, WENT_ON))
    for table in ("daily_bars", "indicators", "scan_results"):
        full = partial(deeds.fill_disk, table=table)
        fault = f"disk full for {table}"
        yield Trial(fault, "after-fetch", ORDINARY, full, (REFUSED,), deeds.make_room)
    for start in (ORDINARY, BACKFILL):
        full = deeds.fill_disk_of_log
        yield Trial(
            "disk full for the log", "after-fetch", start, full, (REFUSED,), deeds.make_room
        )


def harm_to_redis() -> Iterator[Trial]:
    """The server and what it holds; no run may end because of it."""
    harms: dict[str, tuple[Deed, Deed | None]] = {
        "Redis killed": (deeds.kill_redis, None),
        "Redis emptied": (deeds.empty_redis, None),
        "Redis full": (deeds.fill_redis, deeds.make_room_in_redis),
        "Redis slow": (deeds.slow_redis, None),
        "Redis hangs": (deeds.stop_redis, deeds.wake_redis),
        "Redis with damaged bytes": (deeds.damage_redis, None),
        "Redis with foreign values": (deeds.replace_redis, None),
        "Redis with another evening's": (deeds.bring_back_redis, None),
    }
    for fault, (deed, mend) in harms.items():
        for point in (None, "after-fetch", "between-rows-and-state", "mid-state"):
            yield Trial(fault, point, deed=deed, may_end=(WENT_ON,), mend=mend)


def all_trials() -> Iterator[Trial]:
    """In the order of the table."""
    yield from kills()
    yield from kills_of_a_backfill()
    yield from kills_of_the_command()
    yield from harm_to_postgres()
    yield from harm_to_redis()
