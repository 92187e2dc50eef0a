"""Servers that answer and a schema that fits."""

from __future__ import annotations

import logging

from technic_pipeline.errors import CacheUnreachable
from technic_pipeline.services import ensure_running, require_postgres, require_redis
from technic_pipeline.settings import Settings
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import require_current, upgrade

logger = logging.getLogger(__name__)


def open_database(settings: Settings) -> tuple[str, str]:
    """The URLs of PostgreSQL and Redis, started if embedded, with the schema that this code needs.

    An embedded database is migrated by itself; someone else's only by `technic db upgrade`.

    Raises:
        ServiceFailed, DatabaseUnreachable, DatabaseTooOld, SchemaNotCurrent.
    """
    endpoints = ensure_running(settings)
    _look_at_cache(settings, endpoints.redis_url)
    if settings.database_url is not None:
        require_postgres(endpoints.database_url)
        require_current(engine_for(endpoints.database_url))
    else:
        upgrade(engine_for(endpoints.database_url))
    return endpoints.database_url, endpoints.redis_url


def _look_at_cache(settings: Settings, redis_url: str) -> None:
    """Say so when someone else's Redis does not answer; everything works without it, slower."""
    if settings.redis_url is None:
        return
    try:
        require_redis(redis_url)
    except CacheUnreachable as error:
        logger.warning("going on without a cache: %s", error)
