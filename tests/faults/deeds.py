"""What is done to a server while a run stands still, and how it is made well again."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import psutil
import psycopg

from technic_pipeline.services import postgres, valkey
from technic_pipeline.services.account import run_as, server_account
from technic_pipeline.services.home import find_home
from technic_pipeline.services.process import end, tree
from tests.faults import servers
from tests.faults.ground import LATER, Ground
from tests.faults.servers import END_SECONDS

# Longer than the client waits for an answer, so that it comes when nobody expects it any more.
SLOW_MILLISECONDS = 1_500
# A table becomes larger than a segment of the write-ahead log by being rewritten within itself.
GROWN_TIMES = 14
# As large as such a segment, and less.
NO_ROOM_FOR_ROWS, NO_ROOM_AT_ALL, ROOM = str(1 << 20), str(1 << 18), "unlimited"
GARBAGE = b"\xa5garbage"
GARBAGE_EVERY = 1_000


def kill_postgres(ground: Ground) -> None:
    """As the machine would."""
    servers.kill_postgres(ground.home)


def restart_postgres(ground: Ground) -> None:
    """Killed, and back before the run notices."""
    kill_postgres(ground)
    ground.ensure_servers()


def cut_connections(ground: Ground) -> None:
    """Everybody's, the one that holds the writer's lock too."""
    servers.cut_connections(ground.home)


def fill_disk(ground: Ground, table: str) -> None:
    """The table has no room to grow; what is smaller, and the write-ahead log, goes on."""
    with psycopg.connect(ground.endpoints.database_url) as connection:
        for _ in range(GROWN_TIMES):
            connection.execute(f"update {table} set session = session".encode())
    with psycopg.connect(ground.administration, autocommit=True) as connection:
        # What is not written yet could not be any more.
        connection.execute("checkpoint")
    _limit_files(ground, NO_ROOM_FOR_ROWS)


def fill_disk_of_log(ground: Ground) -> None:
    """Not even the write-ahead log has room."""
    _limit_files(ground, NO_ROOM_AT_ALL)


def make_room(ground: Ground) -> None:
    """Files may grow again; a server that has ended is left to whoever needs it."""
    _limit_files(ground, ROOM)


def kill_redis(ground: Ground) -> None:
    """As the machine would."""
    for process in _redis(ground):
        end([process], signal.SIGKILL, END_SECONDS)


def empty_redis(ground: Ground) -> None:
    """Nothing is left in it."""
    servers.empty_redis(ground.endpoints.redis_url)


def fill_redis(ground: Ground) -> None:
    """It takes nothing more, as one without eviction does when it is full."""
    with ground.redis() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")


def make_room_in_redis(ground: Ground) -> None:
    """As its command line says."""
    with ground.redis() as client:
        for option in ("maxmemory", "maxmemory-policy"):
            client.config_set(option, valkey.OPTIONS[option])


def slow_redis(ground: Ground) -> None:
    """Its next answer comes late."""
    with ground.redis() as client:
        client.execute_command("CLIENT", "PAUSE", SLOW_MILLISECONDS, "ALL")


def stop_redis(ground: Ground) -> None:
    """It takes connections and says nothing."""
    for process in _redis(ground):
        process.suspend()


def wake_redis(ground: Ground) -> None:
    """It answers again."""
    for process in _redis(ground):
        process.resume()


def damage_redis(ground: Ground) -> None:
    """Garbage in the midst of every value."""
    with ground.redis() as client:
        for key in _keys(ground):
            size: int = client.strlen(key)  # type: ignore[assignment]
            for at in range(0, max(size - len(GARBAGE), 1), GARBAGE_EVERY):
                client.setrange(key, at, GARBAGE.decode("latin-1"))


def replace_redis(ground: Ground) -> None:
    """Under our keys somebody else's: a hash, a short text, twice as much as there was."""
    with ground.redis() as client:
        for number, key in enumerate(sorted(_keys(ground))):
            value: bytes = client.get(key)  # type: ignore[assignment]
            client.delete(key)
            if number % 3 == 0:
                client.hset(key, "field", "value")
            else:
                client.set(key, b"short" if number % 3 == 1 else value + value)


def bring_back_redis(ground: Ground) -> None:
    """What it held on a later evening, as if it came from another time."""
    ground.restore_states(ground.states[LATER])


def _keys(ground: Ground) -> list[bytes]:
    with ground.redis() as client:
        return client.keys()  # type: ignore[return-value]


def _redis(ground: Ground) -> Iterator[psutil.Process]:
    found = valkey.find(find_home(ground.home))
    if found is not None:
        yield found


def _limit_files(ground: Ground, size: str) -> None:
    """The soft limit of every process of the server, which can be taken back."""
    postmaster = postgres.find(find_home(ground.home))
    if postmaster is not None:
        # First the one that others are forked from, which take its limit over.
        _limit(ground, postmaster, size)
        for process in tree(postmaster):
            _limit(ground, process, size)


def _limit(ground: Ground, process: psutil.Process, size: str) -> None:
    # By the user that it runs as: not even root may, where capabilities are few.
    command = ["prlimit", f"--pid={process.pid}", f"--fsize={size}:"]
    run_as(server_account(), command, directory=ground.folder)
