"""How many rows of a table were read and written, by the server's own counters."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg

# Partitions and indexes are counted with their table.
COUNTERS = """
select coalesce(sum(n_tup_ins + n_tup_upd), 0), coalesce(sum(n_tup_del), 0),
       coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)
from pg_stat_user_tables
where relid in (select relid from pg_partition_tree(%s::regclass))
"""


@dataclass(frozen=True)
class Touched:
    """Rows inserted or updated, deleted, and read."""

    written: int
    deleted: int
    read: int

    def since(self, before: Touched) -> Touched:
        """What was touched between two counts."""
        return Touched(
            self.written - before.written, self.deleted - before.deleted, self.read - before.read
        )


def count_touched(url: str, table: str) -> Touched:
    """What all connections ever touched; whoever has one open must have closed it.

    A server process tells its counts at the latest when its connection ends.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        deadline = time.monotonic() + 10.0
        while _others(connection):
            assert time.monotonic() < deadline, "a connection stays open"
            time.sleep(0.01)
        row = connection.execute(COUNTERS, [table]).fetchone()
    assert row
    return Touched(*map(int, row))


def _others(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and backend_type = 'client backend' and pid <> pg_backend_pid()"
    ).fetchone()
    return row[0] if row else 0
