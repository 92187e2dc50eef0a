"""Start, stop and report the servers that the settings ask for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from technic_pipeline.errors import ServiceFailed
from technic_pipeline.services import postgres, valkey
from technic_pipeline.services.account import server_account
from technic_pipeline.services.home import find_home, locked, prepare, require_private
from technic_pipeline.services.probe import Answer, ask_postgres, ask_redis, mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from technic_pipeline.settings import Settings


@dataclass(frozen=True)
class Endpoints:
    """Where the two servers are reached."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class ServiceStatus:
    """What is known of one server; `url` without its password."""

    name: str
    embedded: bool
    url: str
    alive: bool
    version: str | None
    detail: str


def ensure_running(settings: Settings) -> Endpoints:
    """The URLs that the settings name; for those that they leave out, of embedded servers.

    The embedded servers are started unless they run, and stay when this process ends.

    Raises:
        ServiceFailed: an embedded server does not start.
    """
    if settings.database_url and settings.redis_url:
        return Endpoints(settings.database_url, settings.redis_url)
    with _told_in_one_line(settings.home):
        home = find_home(settings.home)
        account = server_account()
        require_private(home, account)
        absent = [
            server
            for server, given in ((postgres, settings.database_url), (valkey, settings.redis_url))
            if not given and server.ask(home).version is None
        ]
        if absent:
            with locked(home):
                # Who held the lock before may have chosen the directory of the sockets.
                home = find_home(settings.home)
                prepare(home, account)
                for server in absent:
                    server.start(home, account)
    return Endpoints(
        settings.database_url or postgres.url(home), settings.redis_url or valkey.url(home)
    )


def stop(settings: Settings) -> list[str]:
    """Stop the embedded servers of the home, whoever started them; the names of those that ran.

    Raises:
        ServiceFailed: one does not stop.
    """
    with _told_in_one_line(settings.home):
        home = find_home(settings.home)
        if not home.lock.exists():
            return []
        with locked(home):
            return [server.NAME for server in (postgres, valkey) if server.stop(home)]


def status(settings: Settings) -> list[ServiceStatus]:
    """What is known of each server, PostgreSQL first; nothing is started.

    Raises:
        ServiceFailed: the home cannot be looked at.
    """
    with _told_in_one_line(settings.home):
        home = find_home(settings.home)
        require_private(home, server_account())
        if settings.database_url:
            database = _external("PostgreSQL", settings.database_url, ask_postgres)
        else:
            answer = postgres.ask(home)
            found = postgres.find(home)
            database = _embedded(postgres.NAME, postgres.url(home), answer, found, home.data)
        if settings.redis_url:
            cache = _external("Redis", settings.redis_url, ask_redis)
        else:
            answer = valkey.ask(home)
            found = valkey.find(home)
            cache = _embedded(valkey.NAME, valkey.url(home), answer, found, home.sockets)
    return [database, cache]


def _external(name: str, url: str, ask: Callable[[str], Answer]) -> ServiceStatus:
    answer = ask(url)
    alive = answer.version is not None
    return ServiceStatus(name, False, mask(url), alive, answer.version, answer.problem)


def _embedded(
    name: str, url: str, answer: Answer, found: psutil.Process | None, place: Path
) -> ServiceStatus:
    detail = f"pid {found.pid} in {place}" if found else f"in {place}"
    if answer.version is None and found:
        detail += f" does not answer: {answer.problem}"
    elif answer.version is None:
        detail = "not running; start it with: technic services start"
    return ServiceStatus(name, True, url, answer.version is not None, answer.version, detail)


@contextmanager
def _told_in_one_line(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an error that names the remedy."""
    try:
        yield
    except OSError as error:
        raise ServiceFailed(
            "embedded servers",
            f"{error.filename or path}: {error.strerror}",
            "set TECHNIC_HOME to a directory of your own",
        ) from error
    except psutil.AccessDenied as error:
        raise ServiceFailed(
            "embedded servers",
            f"process {error.pid} belongs to another user",
            "run the command as the user who started it",
        ) from error
