"""`technic run --known-at`: published scans made once more from what was known then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from technic_pipeline.scan.rebuilding import Rebuilt


def print_rebuilt(found: Sequence[Rebuilt], moment: datetime, console: Console) -> None:
    """A line for each scan, and some of what differs."""
    for one in found:
        run = one.run
        when = run.published_at.astimezone(moment.tzinfo)
        console.print(
            f"{run.scan} of {run.session}, version {run.version}, published {when.isoformat(' ')}: "
            f"{one.ranked.ranked} ranked anew, {_verdict(one, moment)}",
            highlight=False,
        )
        for line in one.examples:
            console.print("  " + line, highlight=False)


def is_fault(one: Rebuilt, moment: datetime) -> bool:
    """Whether what was known when it was published does not give what was published."""
    return bool(one.other) and one.same_build and moment == one.run.published_at


def _verdict(one: Rebuilt, moment: datetime) -> str:
    if not one.other:
        return "all as published"
    if not one.same_build:
        return f"{one.other} differ from what another build of the engine published"
    if is_fault(one, moment):
        return f"{one.other} differ from what was published"
    return (
        f"{one.other} differ, since more was known at the moment than when it was published; "
        f"--known-at {one.run.published_at.isoformat()} makes it as it was"
    )
