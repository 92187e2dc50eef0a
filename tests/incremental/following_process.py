"""A process of its own that follows every pending change: `database URL`, `Redis URL`."""

from __future__ import annotations

import sys

from following import follow

from technic_pipeline.sessions import load_calendar
from technic_pipeline.store.database import engine_for

if __name__ == "__main__":
    database_url, redis_url = sys.argv[1:]
    follow(database_url, redis_url, engine_for(database_url), load_calendar("XNYS"))
