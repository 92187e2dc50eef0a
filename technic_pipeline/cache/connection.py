"""A Redis that may be away, slow, or full of other things: then it knows nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import redis

from technic_pipeline.cache.ranges import Range, read_ranges, trips, write_ranges
from technic_pipeline.services.probe import mask, redis_client

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 1
# One that did not answer is left alone for so long: many readers would wait many times.
REST_SECONDS = 30.0


class DisposableCache:
    """Bytes by key. No method raises because of the server, and each says nothing twice."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._rests_until = 0.0
        self._warned: set[str] = set()
        self._client = self._open()

    def fetch(self, key: str, most_bytes: int) -> bytes | None:
        """What is under the key, cut off after so many bytes; None when nothing is, or no bytes."""
        found = self._ask(lambda client: client.getrange(key, 0, most_bytes - 1))
        return found if found and isinstance(found, bytes) else None

    def store(self, key: str, value: bytes, seconds: int) -> None:
        """Put bytes under the key for so long, whatever was there."""
        self._ask(lambda client: client.set(key, value, ex=seconds))

    def fetch_ranges(self, ranges: Sequence[Range], into: memoryview) -> None:
        """Put what is in each range behind the other's; where nothing is, zeros may stay."""
        for trip, place in trips(ranges):
            part = into[place]
            self._ask(lambda client, trip=trip, part=part: read_ranges(client, trip, part))

    def store_ranges(self, ranges: Sequence[Range], content: memoryview, seconds: int) -> None:
        """Put bytes, range behind range, into the values, and keep those for so long."""
        for trip, place in trips(ranges):
            part = content[place]
            self._ask(
                lambda client, trip=trip, part=part: write_ranges(client, trip, part, seconds)
            )

    def forget(self, keys: Sequence[str]) -> None:
        """Remove what is under the keys."""
        if keys:
            self._ask(lambda client: client.unlink(*keys))

    @property
    def answers(self) -> bool:
        """Whether it did the last time it was asked."""
        return self._client is not None and time.monotonic() >= self._rests_until

    def warn(self, problem: str) -> None:
        """Log, the first time, that the cache was of no use."""
        if problem not in self._warned:
            self._warned.add(problem)
            logger.warning("the cache at %s is of no use: %s", mask(self._url), problem)

    def _open(self) -> redis.Redis | None:
        try:
            return redis_client(self._url, TIMEOUT_SECONDS)
        except ValueError as error:
            self.warn(str(error))
            return None

    def _ask(self, question: Callable[[redis.Redis], Any]) -> Any:
        if self._client is None or time.monotonic() < self._rests_until:
            return None
        try:
            return question(self._client)
        except redis.ResponseError as error:
            self.warn(str(error))
        # The client makes other errors of what no Redis would say.
        except (redis.RedisError, OSError, ValueError, OverflowError) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            self.warn(str(error))
        return None


@cache
def disposable_cache(url: str) -> DisposableCache:
    """The process's one for a URL."""
    return DisposableCache(url)
