"""Servers that answer and a schema that fits."""

from __future__ import annotations

import logging

from technic_pipeline.errors import CacheUnreachable
from technic_pipeline.services import ensure_running, require_postgres, require_redis
from technic_pipeline.settings import Settings
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import require_current, upgrade
from technic_pipeline.store.roles import WRITER, Role, acting_as

logger = logging.getLogger(__name__)


def open_database(settings: Settings, role: Role = WRITER) -> tuple[str, str]:
    """What to reach PostgreSQL and Redis by, started if embedded, with the schema that is needed.

    Connections act as the role where the server allows it. An embedded database is migrated by
    itself; someone else's only by `technic db upgrade`.

    Raises:
        ServiceFailed, DatabaseUnreachable, DatabaseTooOld, SchemaNotCurrent.
    """
    endpoints = ensure_running(settings)
    _look_at_cache(settings, endpoints.redis_url)
    url = endpoints.database_url
    if settings.database_url is not None:
        require_postgres(url)
        require_current(engine_for(url))
    else:
        upgrade(engine_for(url))
    return acting_as(role, url), endpoints.redis_url


def _look_at_cache(settings: Settings, redis_url: str) -> None:
    """Say so when someone else's Redis does not answer; everything works without it, slower."""
    if settings.redis_url is None:
        return
    try:
        require_redis(redis_url)
    except CacheUnreachable as error:
        logger.warning("going on without a cache: %s", error)
