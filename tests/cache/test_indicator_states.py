"""States in Redis: what was kept comes back, and nothing else passes for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from technic_pipeline.cache.indicator_states import (
    FORGOTTEN_WEEKS,
    KEPT_SECONDS,
    SYMBOLS_A_VALUE,
    WEEKS,
    StateCache,
    week_begin,
    week_of,
    week_of_day,
)
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, state_dtype
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.services import Endpoints

DTYPE = state_dtype(Layout(REGISTRY))
MONDAY = date(2016, 5, 23)
WEEK = week_of_day(MONDAY)
# Neighbours, gaps, and both sides of a value's border.
IDS = np.array([1, 2, 3, 7, 254, 255, 256, 257, 900], dtype=np.int32)


@pytest.fixture
def client(servers: Endpoints) -> Iterator[redis.Redis]:
    """The server, without any state."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def cache(servers: Endpoints, client: redis.Redis) -> StateCache:  # noqa: ARG001 - it empties the server
    """States of one database and one build."""
    return StateCache(servers.redis_url, "database", "fingerprint", DTYPE)


def states_of(symbol_id: NDArray[np.int32], day: date = MONDAY, seed: int = 1) -> States:
    chance = np.random.default_rng(seed)
    states = np.zeros(len(symbol_id), dtype=DTYPE)
    states["symbol_id"] = symbol_id
    states["bars"] = chance.integers(1, 5000, len(symbol_id))
    states["session"] = np.datetime64(day, "D").astype(np.int64)
    states["digest"] = chance.integers(-(2**63), 2**63 - 1, len(symbol_id))
    states["numbers"] = chance.normal(size=states["numbers"].shape)
    states["numbers"][0, ::3] = np.nan
    return states


def the_key(client: redis.Redis) -> bytes:
    (key,) = client.keys("technic:state:*")  # type: ignore[misc] - this client answers at once
    return key


def test_what_was_kept_comes_back_to_the_bit(cache: StateCache) -> None:
    kept = states_of(IDS)
    cache.save(WEEK, kept)
    assert cache.load(WEEK, IDS).tobytes() == kept.tobytes()


def test_some_symbols_are_read_and_replaced_by_themselves(cache: StateCache) -> None:
    cache.save(WEEK, states_of(IDS))
    newer = states_of(IDS[[2, 6]], MONDAY + timedelta(days=1), seed=2)
    cache.save(WEEK, newer)
    assert cache.load(WEEK, IDS[[2, 6]]).tobytes() == newer.tobytes()
    others = np.delete(np.arange(len(IDS)), [2, 6])
    assert (cache.load(WEEK, IDS)["digest"][others] == states_of(IDS)["digest"][others]).all()


def test_who_has_no_state_is_answered_with_one_of_no_bars(cache: StateCache) -> None:
    cache.save(WEEK, states_of(IDS))
    asked = np.array([2, 4, 5, 256, 258, 70_000], dtype=np.int32)
    assert (cache.load(WEEK, asked)["bars"] > 0).tolist() == [
        True,
        False,
        False,
        True,
        False,
        False,
    ]
    assert not cache.load(WEEK - 1, IDS)["bars"].any()


def test_states_of_another_database_build_or_week_are_not_seen(
    cache: StateCache, servers: Endpoints
) -> None:
    cache.save(WEEK, states_of(IDS))
    for other in (
        StateCache(servers.redis_url, "another", "fingerprint", DTYPE),
        StateCache(servers.redis_url, "database", "another", DTYPE),
    ):
        assert not other.load(WEEK, IDS)["bars"].any()


def test_a_state_of_a_session_outside_its_week_is_none(cache: StateCache) -> None:
    cache.save(WEEK, states_of(IDS, MONDAY - timedelta(days=3)))
    assert not cache.load(WEEK, IDS)["bars"].any()


@given(at=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_one_altered_byte_anywhere_costs_that_symbol_its_state_and_no_other(
    servers: Endpoints, at: float, mask: int
) -> None:
    three = np.array([0, 1, 2], dtype=np.int32)
    cache = StateCache(servers.redis_url, "altered", "fingerprint", DTYPE)
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushdb()
        cache.save(WEEK, states_of(three))
        key = the_key(client)
        content = bytearray(client.get(key))  # type: ignore[arg-type] - this client answers at once
        place = int(at * len(content))
        content[place] ^= mask
        client.set(key, bytes(content))
        hit = place // DTYPE.itemsize
        assert (cache.load(WEEK, three)["bars"] == 0).tolist() == [n == hit for n in range(3)]


@pytest.mark.parametrize("size", [0, 1, DTYPE.itemsize - 1, DTYPE.itemsize, DTYPE.itemsize + 9])
def test_of_a_value_that_was_cut_only_whole_states_are_used(
    cache: StateCache, client: redis.Redis, size: int
) -> None:
    two = np.array([0, 1], dtype=np.int32)
    cache.save(WEEK, states_of(two))
    key = the_key(client)
    client.set(key, client.getrange(key, 0, size - 1) if size else b"")
    whole = size // DTYPE.itemsize
    assert (cache.load(WEEK, two)["bars"] > 0).tolist() == [n < whole for n in range(2)]


def test_another_symbol_s_bytes_are_no_state(cache: StateCache, client: redis.Redis) -> None:
    two = np.array([0, 1], dtype=np.int32)
    cache.save(WEEK, states_of(two))
    key, size = the_key(client), DTYPE.itemsize
    client.setrange(key, 0, client.getrange(key, size, 2 * size - 1))  # type: ignore[arg-type]
    assert (cache.load(WEEK, two)["bars"] > 0).tolist() == [False, True]


def test_a_foreign_value_under_the_key_is_no_state_and_no_error(
    cache: StateCache, client: redis.Redis
) -> None:
    cache.save(WEEK, states_of(IDS[:1]))
    key = the_key(client)
    client.delete(key)
    client.hset(key.decode(), "a", "b")
    assert not cache.load(WEEK, IDS)["bars"].any()
    cache.save(WEEK, states_of(IDS))


def test_an_answer_that_was_refused_is_not_taken_for_the_next_one(
    cache: StateCache, client: redis.Redis
) -> None:
    kept = states_of(IDS)
    cache.save(WEEK, kept)
    key = next(key for key in client.keys("technic:state:*") if key.endswith(b":0"))  # type: ignore[union-attr]
    client.delete(key)
    client.hset(key.decode(), "a", "b")
    cache.load(WEEK, IDS)
    cache.save(WEEK, kept)
    client.delete(key)
    cache.save(WEEK, kept)
    assert cache.load(WEEK, IDS).tobytes() == kept.tobytes()


def test_weeks_that_are_over_are_forgotten_and_the_others_expire(
    cache: StateCache, client: redis.Redis
) -> None:
    for week in range(WEEK - 5, WEEK + 1):
        cache.save(week, states_of(IDS[:3], week_begin(week).item()))
    kept = {int(key.split(b":")[4]) for key in client.keys("technic:state:*")}  # type: ignore[union-attr]
    assert kept == set(range(WEEK - WEEKS + 1, WEEK + 1))
    assert FORGOTTEN_WEEKS >= 1
    assert all(
        0 < client.ttl(key) <= KEPT_SECONDS  # type: ignore[operator]
        for key in client.keys("technic:state:*")  # type: ignore[union-attr]
    )


def test_a_whole_market_lies_in_few_values(cache: StateCache, client: redis.Redis) -> None:
    cache.save(WEEK, states_of(np.arange(1000, dtype=np.int32)))
    assert len(client.keys("technic:state:*")) == -(-1000 // SYMBOLS_A_VALUE)  # type: ignore[arg-type]


def test_weeks_begin_on_monday() -> None:
    days = np.arange(np.datetime64("2016-05-22"), np.datetime64("2016-05-31"))
    assert (week_of(days) - WEEK).tolist() == [-1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert week_begin(WEEK) == np.datetime64(MONDAY)
