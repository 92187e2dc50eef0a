"""How these tests bring indicators up to date, and how a process forgets what it knows."""

from __future__ import annotations

import sqlalchemy as sa

from technic_pipeline.cache.connection import disposable_cache
from technic_pipeline.delta import DeltaReport, follow_changes
from technic_pipeline.sessions import Calendar
from technic_pipeline.store import database

# Nobody listens there, so that a run finds no state and leaves none.
NOWHERE = "redis://127.0.0.1:1/0"


def follow(url: str, redis_url: str, engine: sa.Engine, calendar: Calendar) -> DeltaReport:
    """Follow every pending change, with the states that are under `redis_url`."""
    return follow_changes(url, redis_url, engine, calendar)


def forget_connections(*urls: str) -> None:
    """End this process's connections to all databases it has and drop what it keeps."""
    for url in urls:
        database.engine_for(url).dispose()
    database.engine_for.cache_clear()
    database.close_arrow_connections()
    disposable_cache.cache_clear()
