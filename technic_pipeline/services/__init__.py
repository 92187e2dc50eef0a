"""Embedded PostgreSQL and Valkey, for when no URL is given; checks of the servers behind a URL.

The servers serve everything that runs on this machine for one TECHNIC_HOME: the UI, the daemon,
run workers, a SQL client. None of these owns them, so they stay until `technic services stop`.
"""

from technic_pipeline.services.embedded import (
    Endpoints,
    ServiceStatus,
    ensure_running,
    status,
    stop,
)
from technic_pipeline.services.probe import require_postgres, require_redis

__all__ = [
    "Endpoints",
    "ServiceStatus",
    "ensure_running",
    "require_postgres",
    "require_redis",
    "status",
    "stop",
]
