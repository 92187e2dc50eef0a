"""Run as a script: start or join the servers of a home, print the postmaster's pid; `--stay`: wait.

What a daemon or a run worker does, for the tests that need several processes.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from technic_pipeline.services import ensure_running
from technic_pipeline.services.home import find_home
from technic_pipeline.services.postgres import find
from technic_pipeline.settings import Settings

if __name__ == "__main__":
    path = Path(sys.argv[1])
    ensure_running(Settings(home=path, database_url=None, redis_url=None))
    postmaster = find(find_home(path))
    print(postmaster.pid if postmaster else None, flush=True)
    if "--stay" in sys.argv:
        signal.pause()
