"""What befalls an evening: a process is killed, a server is, or what Redis holds is not ours."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from functools import partial

import redis

from technic_pipeline.faults import POINTS
from technic_pipeline.services import Endpoints, ensure_running
from technic_pipeline.settings import Settings
from tests.endurance.processes import struck_evening
from tests.faults import servers

Harm = Callable[[Endpoints, Settings, date, random.Random], str]


def kill_process(endpoints: Endpoints, _: Settings, session: date, chance: random.Random) -> str:
    """The process dies at some point."""
    return struck_evening(endpoints, session, chance.choice(list(POINTS)), None)


def cut_connections(
    endpoints: Endpoints, settings: Settings, session: date, chance: random.Random
) -> str:
    """Everybody's connection ends at some point."""
    cut = partial(servers.cut_connections, settings.home)
    return struck_evening(endpoints, session, chance.choice(list(POINTS)), cut)


def restart_postgres(
    endpoints: Endpoints, settings: Settings, session: date, chance: random.Random
) -> str:
    """The server and all its processes are killed at some point, and it is started again."""

    def restart() -> None:
        servers.kill_postgres(settings.home)
        ensure_running(settings)

    return struck_evening(endpoints, session, chance.choice(list(POINTS)), restart)


def empty_redis(endpoints: Endpoints, *_: object) -> str:
    """Nothing is left in it."""
    servers.empty_redis(endpoints.redis_url)
    return "went on"


def damage_redis(endpoints: Endpoints, _: Settings, __: date, chance: random.Random) -> str:
    """A few bytes of every value are others."""
    with redis.Redis.from_url(endpoints.redis_url) as client:
        keys: list[bytes] = client.keys()  # type: ignore[assignment]
        for key in keys:
            size: int = client.strlen(key)  # type: ignore[assignment]
            client.setrange(key, chance.randrange(max(size, 1)), "damaged")
    return "went on"


HARMS: dict[str, Harm] = {
    "process killed": kill_process,
    "connections cut": cut_connections,
    "PostgreSQL killed and back": restart_postgres,
    "Redis emptied": empty_redis,
    "Redis damaged": damage_redis,
}
