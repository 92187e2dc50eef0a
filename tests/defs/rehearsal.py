"""What Dagster loads in a rehearsal: everything, at the time of day that a file says.

Its processes share nothing but their environment, hence the file. The sensor ticks whenever the
daemon looks.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import dagster as dg

from technic_pipeline import clock, definitions
from technic_pipeline.defs.sensors import daily_sensor

CLOCK = "REHEARSAL_CLOCK"


def _time_of_the_file() -> datetime:
    return datetime.fromisoformat(Path(os.environ[CLOCK]).read_text(encoding="utf-8"))


# The test itself reads this file's names, and keeps its own time.
if CLOCK in os.environ:
    clock.now = _time_of_the_file

defs = dg.Definitions(
    assets=definitions.defs.assets,
    asset_checks=definitions.defs.asset_checks,
    jobs=definitions.defs.jobs,
    sensors=[daily_sensor(every_seconds=1)],
    resources=definitions.defs.resources,
    executor=definitions.defs.executor,
)
