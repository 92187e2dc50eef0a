"""Servers of the trials' own, and what every trial begins with and has to come to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg
import redis

from technic_pipeline.services import Endpoints, binaries, ensure_running, postgres, stop
from technic_pipeline.services.account import run_as, server_account
from technic_pipeline.services.home import find_home, prepare
from technic_pipeline.settings import Settings
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import upgrade
from tests.faults.contents import Contents, read_contents
from tests.faults.market import BEFORE, EVENING, EVENINGS, write_evenings
from tests.faults.runs import Warm, warm_process

SCANS = Path(__file__).with_name("scans")
# What each database holds that trials copy, and Redis beside it.
NOTHING, BACKFILLED, LATER = "nothing_yet", "backfilled", "later"


@dataclass(frozen=True)
class Start:
    """What is there before the run that is harmed, and what that run is for."""

    name: str
    template: str
    evening: date


BACKFILL, ORDINARY = Start("backfill", NOTHING, BEFORE), Start("evening", BACKFILLED, EVENING)


@dataclass(frozen=True)
class Ground:
    """Embedded servers, the market's files, and the contents after each undisturbed evening."""

    folder: Path
    endpoints: Endpoints
    warm: Warm
    # The database's own, to which the keys in Redis belong; a copy gets the same.
    number: int
    expected: dict[date, Contents] = field(default_factory=dict)
    states: dict[str, dict[bytes, bytes]] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """TECHNIC_HOME."""
        return self.folder / "home"

    @property
    def administration(self) -> str:
        """The URL of a database that is never copied or dropped."""
        return postgres.url(find_home(self.home), "postgres")

    def settings(self, evening: date) -> dict[str, str]:
        """The environment of a run on an evening."""
        return {
            "TECHNIC_HOME": str(self.home),
            "TECHNIC_SOURCE": "flatfiles",
            "TECHNIC_FLATFILES_DIR": str(self.folder / "files" / str(evening)),
            "TECHNIC_SCANS_DIR": str(SCANS),
            "TECHNIC_SCANS": "swing,momentum",
        }

    def following(self, evening: date) -> date:
        """The evening after it."""
        return EVENINGS[EVENINGS.index(evening) + 1]

    def start_from(self, start: Start) -> None:
        """Put databases and Redis back to where a trial begins."""
        self.ensure_servers()
        with psycopg.connect(self.administration, autocommit=True) as connection:
            connection.execute("drop database if exists technic with (force)")
            _copy(connection, "technic", start.template, f"oid {self.number}")
            # A copy has what its sequences logged ahead, but not the log: a crash would take them
            # back. After a checkpoint they log anew.
            connection.execute("checkpoint")
        self.restore_states(self.states.get(start.template, {}))

    def keep_as(self, template: str) -> None:
        """Have later trials begin with what is there."""
        with psycopg.connect(self.administration, autocommit=True) as connection:
            _copy(connection, template, "technic")
        with self.redis() as client:
            keys: list[bytes] = client.keys()  # type: ignore[assignment]
            self.states[template] = {key: client.get(key) for key in keys}  # type: ignore[misc]

    def restore_states(self, states: Mapping[bytes, bytes]) -> None:
        """Have Redis hold these values and nothing else."""
        with self.redis() as client:
            client.flushall()
            for key, value in states.items():
                client.set(key, value)

    def redis(self) -> redis.Redis:
        """A client of the embedded Redis."""
        return redis.Redis.from_url(self.endpoints.redis_url)

    def ensure_servers(self) -> None:
        """Have both servers run."""
        ensure_running(Settings(home=self.home, database_url=None, redis_url=None))

    def ensure_postgres(self) -> None:
        """Have PostgreSQL run, and leave Redis as it is."""
        given = self.endpoints.redis_url
        ensure_running(Settings(home=self.home, database_url=None, redis_url=given))


@contextmanager
def prepared_ground() -> Iterator[Ground]:
    """The ground after undisturbed runs of all evenings; servers and files go away with the block.

    It needs half a minute on a machine that has to compile the engine, else some seconds.
    """
    # Not below a private directory: as root the servers run as an unprivileged user.
    folder = Path(tempfile.mkdtemp(prefix="technic-faults-"))
    folder.chmod(0o755)
    embedded = Settings(home=folder / "home", database_url=None, redis_url=None)
    try:
        with warm_process(folder) as warm:
            write_evenings(folder / "files")
            _make_cluster(embedded.home)
            endpoints = ensure_running(embedded)
            engine = engine_for(endpoints.database_url)
            upgrade(engine)
            engine.dispose()
            ground = Ground(folder, endpoints, warm, _number(endpoints.database_url))
            ground.keep_as(NOTHING)
            for evening, template in zip(EVENINGS, (BACKFILLED, "usual", LATER), strict=True):
                ended = warm.start(ground.settings(evening), "run").ended()
                assert ended.status == 0, ended
                ground.expected[evening] = read_contents(endpoints.database_url)
                ground.keep_as(template)
            yield ground
    finally:
        stop(embedded)
        shutil.rmtree(folder)


def _make_cluster(path: Path) -> None:
    """A cluster as the embedded one, but for a write-ahead log in pieces smaller than a table.

    So files can be kept from growing such that tables have no room and the log has.
    """
    path.mkdir()
    path.chmod(0o755)
    home, account = find_home(path), server_account()
    prepare(home, account)
    home.data.mkdir(mode=0o700)
    if account.switched:
        os.chown(home.data, account.uid, account.gid)
    initdb = binaries.program(binaries.POSTGRES, home, account)
    command = [str(initdb), *postgres.INITDB, "--wal-segsize=1", f"--pgdata={home.data}"]
    assert run_as(account, command, directory=home.path).returncode == 0


def _number(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select oid from pg_database where datname = current_database()"
        ).fetchone()
    assert row is not None
    return row[0]


def _copy(connection: psycopg.Connection, name: str, template: str, option: str = "") -> None:
    connection.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
        [template],
    )
    connection.execute(f"create database {name} template {template} {option}".encode())
