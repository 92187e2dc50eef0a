"""The embedded Valkey: a cache, so nothing of it is kept."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import redis

from technic_pipeline.errors import ServiceFailed
from technic_pipeline.services import binaries, process
from technic_pipeline.services.probe import Answer, ask_redis, redis_client

if TYPE_CHECKING:
    from pathlib import Path

    import psutil

    from technic_pipeline.services.account import Account
    from technic_pipeline.services.home import Home

NAME = "Valkey"
PROGRAM = "valkey-server"
PING_SECONDS = 2
STOP_SECONDS = 10
# One that hangs for so long is replaced: it holds nothing worth waiting for.
HANG_SECONDS = 5.0

OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "1gb",
    "maxmemory-policy": "allkeys-lru",
    "daemonize": "no",
}


def socket(home: Home) -> Path:
    """The server's socket."""
    return home.sockets / "valkey.sock"


def url(home: Home) -> str:
    """The URL that the redis client accepts."""
    return f"unix://{quote(str(socket(home)))}?db=0"


def ask(home: Home) -> Answer:
    """Whether the server answers, by asking for its version."""
    return ask_redis(url(home), PING_SECONDS)


def log(home: Home) -> Path:
    """The server's log."""
    return home.logs / "valkey.log"


def start(home: Home, account: Account) -> None:
    """Bring the server up. The caller holds the lock.

    Raises:
        ServiceFailed: it does not start.
    """
    program = binaries.program(binaries.VALKEY, home, account)

    def launch() -> psutil.Process | None:
        # One that nobody can reach, its socket having been removed.
        process.end(process.marked(PROGRAM, home.mark), signal.SIGKILL, STOP_SECONDS)
        return process.launch(_command(program, home), account, log(home), home.path)

    _end_if_it_hangs(home)
    server = process.Server(NAME, log(home), lambda: ask(home), lambda: find(home), launch)
    process.bring_up(server)


def stop(home: Home) -> bool:
    """Shut the server down and wait for it. False if none runs. The caller holds the lock.

    Raises:
        ServiceFailed: it does not stop.
    """
    found = find(home)
    if found is None:
        return False
    try:
        with redis_client(url(home), PING_SECONDS) as client:
            client.shutdown(nosave=True)
    except redis.RedisError:
        found.terminate()
    if not process.gone([found], STOP_SECONDS):
        found.kill()
    if not process.gone([found], STOP_SECONDS):
        raise ServiceFailed(NAME, f"process {found.pid} cannot be killed", f"see {log(home)}")
    return True


def find(home: Home) -> psutil.Process | None:
    """The server's process, whether or not it answers."""
    if not socket(home).exists():
        return None
    return next(iter(process.marked(PROGRAM, home.mark)), None)


def _end_if_it_hangs(home: Home) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while (found := find(home)) is not None and ask(home).version is None:
        if time.monotonic() > deadline:
            process.end([found], signal.SIGKILL, STOP_SECONDS)
            return
        time.sleep(process.POLL_SECONDS)


def _command(program: Path, home: Home) -> list[str]:
    options = {
        **OPTIONS,
        "unixsocket": str(socket(home)),
        "dir": str(home.sockets),
        "proc-title-template": "{title} {unixsocket} " + home.mark,
    }
    return [str(program), *(part for name in options for part in (f"--{name}", options[name]))]
