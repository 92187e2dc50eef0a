"""Embedded servers of a measurement's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from technic_pipeline.services import Endpoints, ensure_running, stop
from technic_pipeline.settings import Settings
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import upgrade


@contextmanager
def own_servers(kept: Path | None = None) -> Iterator[tuple[Path, Endpoints]]:
    """A TECHNIC_HOME and its servers with a migrated database, stopped at the end.

    The home is `kept`, or a directory that goes away with the servers.
    """
    # Not below a private directory: as root the servers run as an unprivileged user.
    home = kept or Path(tempfile.mkdtemp(prefix="technic-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, redis_url=None)
    try:
        endpoints = ensure_running(settings)
        engine = engine_for(endpoints.database_url)
        upgrade(engine)
        yield home, endpoints
        engine.dispose()
    finally:
        stop(settings)
        if kept is None:
            shutil.rmtree(home)
