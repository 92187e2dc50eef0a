"""A process that has imported what `technic` needs, and becomes it in a child as often as asked.

It reads a JSON object a line: the arguments, the settings, and the file for what is printed. It
answers with the child's process id, and with the exit status once the child has ended.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from technic_pipeline.cli import main, materialize
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.settings import load_settings

# What a run imports on its way, which takes most of a second.
ON_THE_WAY = (
    materialize.__name__,
    "adbc_driver_postgresql.dbapi",
    "alembic.command",
    "dagster._core.execution.execute_in_process",
    "dagster._core.launcher.default_run_launcher",
    "dagster._core.storage.event_log.sqlite",
    "dagster._core.storage.sqlite_storage",
    "pandas",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "technic_pipeline.sources.flatfiles",
)


def serve() -> None:
    """Until nobody asks any more."""
    for name in ON_THE_WAY:
        import_module(name)
    Cpu().prepare(REGISTRY)
    # On import Dagster's definitions read what is set here, which is nothing.
    load_settings.cache_clear()
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            _become(**json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], settings: dict[str, Any], said: str) -> NoReturn:
    with Path(said).open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    os.environ |= settings
    sys.argv = ["technic", *arguments]
    main()


if __name__ == "__main__":
    serve()
