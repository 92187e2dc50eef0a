"""What is done to the servers of a home, whoever works with them."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg
import redis

from technic_pipeline.services import postgres
from technic_pipeline.services.home import find_home
from technic_pipeline.services.process import end, tree

END_SECONDS = 10.0


def kill_postgres(home: Path) -> None:
    """As the machine would: the server and every process of it, at once."""
    postmaster = postgres.find(find_home(home))
    if postmaster is not None:
        end(tree(postmaster), signal.SIGKILL, END_SECONDS)


def cut_connections(home: Path) -> None:
    """Everybody's, the one that holds the writer's lock too."""
    administration = postgres.url(find_home(home), "postgres")
    with psycopg.connect(administration, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'technic'"
        )


def empty_redis(redis_url: str) -> None:
    """Nothing is left in it."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
