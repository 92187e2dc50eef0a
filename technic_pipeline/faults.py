"""Named places, at every boundary between two things that last, where a test harms the process.

The environment variable TECHNIC_FAULT asks for one, and is no setting: `before-commit-bars`, or
`before-commit-bars:3` for the third time that a process reaches it. The process kills itself there
with SIGKILL. With `@stop` behind it, it stops itself with SIGSTOP instead, so that a test can harm
a server at that very place and then let it go on.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from functools import cache
from itertools import count

VARIABLE = "TECHNIC_FAULT"

# Each point and what has happened there, in the order of an evening. Every table that rows are
# copied into has a point `mid-copy-TABLE`, those named here and all others.
POINTS = {
    "before-commit-partitions": "partitions are made, not committed",
    "after-commit-partitions": "they are committed",
    "after-fetch": "a session's bars are in memory, nothing of them is stored",
    "mid-copy-daily_bars": "some rows of a new session went out",
    "mid-copy-staged_bars": "some rows of a session read again went out",
    "mid-copy-pending_changes": "a session's bars went out, some of its changes too",
    "before-commit-bars": "a session's bars and changes are written, not committed",
    "after-commit-bars": "a session's bars and changes are committed",
    "before-commit-ticker-changes": "changes of ticker are applied, not committed",
    "after-commit-ticker-changes": "they are committed",
    "before-commit-jumps": "explained jumps are written, not committed",
    "after-commit-jumps": "they are committed",
    "before-commit-splits": "the list of splits is written, not committed",
    "after-commit-splits": "it is committed",
    "before-commit-descriptions": "the descriptions are written, not committed",
    "after-commit-descriptions": "they are committed",
    "before-commit-ratios": "the ratios are written, not committed",
    "after-commit-ratios": "they are committed",
    "mid-copy-sector_statistics": "some statistics of a day went out",
    "before-commit-statistics": "a day's statistics are written, not committed",
    "after-commit-statistics": "they are committed, Redis does not have them",
    "mid-copy-indicators": "some rows of some symbols went out",
    "before-commit-indicators": "rows are written and changes taken off, nothing is committed",
    "after-commit-indicators": "both are committed",
    "between-rows-and-state": "rows are committed, the states go to Redis next",
    "mid-state": "one week's states are in Redis, those of other weeks are not",
    "between-rows-and-publishing": "all rows and states are there, nothing is ranked",
    "mid-copy-scan_results": "some rows of a scan went out",
    "before-commit-scan": "a scan is written, not committed",
    "after-commit-scan": "a scan is committed",
    "between-scans": "a session's scan is committed, another scan of it is not yet",
}


@dataclass(frozen=True)
class _Fault:
    point: str
    time: int
    signal: signal.Signals
    reached: count[int] = field(default_factory=lambda: count(1))


def reach(point: str) -> None:
    """Die or stop here if that is asked for."""
    asked = _asked()
    if asked is not None and asked.point == point and next(asked.reached) == asked.time:
        # To this thread, so that it goes no further before all have stopped.
        signal.raise_signal(asked.signal)


@cache
def _asked() -> _Fault | None:
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    place, _, deed = text.partition("@")
    point, _, time = place.partition(":")
    return _Fault(point, int(time or 1), signal.SIGSTOP if deed == "stop" else signal.SIGKILL)
