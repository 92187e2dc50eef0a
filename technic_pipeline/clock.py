"""What time it is, asked for in one place, so that a rehearsal can move it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC. To be called as `clock.now()`, since tests replace it."""
    return datetime.now(UTC)
