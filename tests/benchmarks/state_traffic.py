"""The bytes of state that an evening reads and writes in Redis, and what they alone cost."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import redis

from technic_pipeline.services.probe import redis_client
from tests.benchmarks.clock import timed

Result = TypeVar("Result")
STATE_KEYS = "technic:state:*"
FLOOR_KEY = "technic:floor:"
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class StateTraffic:
    """Sizes in bytes of the values that were read and written."""

    read: tuple[int, ...]
    written: tuple[int, ...]


def observe(redis_url: str, work: Callable[[], Result]) -> tuple[Result, StateTraffic]:
    """What `work` returns, and the state that it read and wrote.

    Of the state's keys no more is counted than there is, and no more than the server sent or
    received meanwhile.
    """
    client = redis_client(redis_url, TIMEOUT_SECONDS)
    sizes_before = _state_sizes(client)
    before = _network(client)
    result = work()
    after = _network(client)
    sent, received = (
        after[f"total_net_{way}_bytes"] - before[f"total_net_{way}_bytes"]
        for way in ("output", "input")
    )
    traffic = StateTraffic(_upto(sizes_before, sent), _upto(_state_sizes(client), received))
    return result, traffic


def traffic_seconds(redis_url: str, traffic: StateTraffic) -> float:
    """Seconds for getting and setting values of the same sizes."""
    client = redis_client(redis_url, TIMEOUT_SECONDS)
    values = [os.urandom(size) for size in traffic.written]
    keys = [f"{FLOOR_KEY}{at}" for at in range(max(len(traffic.read), len(values)))]
    for key, size in zip(keys, traffic.read, strict=False):
        client.set(key, os.urandom(size))

    def exchange() -> None:
        for key, _ in zip(keys, traffic.read, strict=False):
            client.get(key)
        for key, value in zip(keys, values, strict=False):
            client.set(key, value)

    seconds, _ = timed(exchange)
    if keys:
        client.delete(*keys)
    return seconds


def _state_sizes(client: redis.Redis) -> list[int]:
    keys = sorted(cast("list[bytes]", list(client.scan_iter(STATE_KEYS, count=1000))))
    return [cast("int", client.strlen(key)) for key in keys]


def _network(client: redis.Redis) -> dict[str, int]:
    return cast("dict[str, int]", client.info("stats"))


def _upto(sizes: list[int], most: int) -> tuple[int, ...]:
    counted: list[int] = []
    for size in sizes:
        if most < size:
            break
        counted.append(size)
        most -= size
    return tuple(counted)
