"""Entries of sector distributions: what comes back, what is refused, and what never is an error."""

from __future__ import annotations

import logging
import pickle
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from technic_pipeline.cache.sector_statistics import (
    HEADER,
    LARGEST_ENTRY,
    MAGIC,
    VERSION,
    Groups,
    decode,
    encode,
    entry_key,
    groups_sha256,
    load,
    save,
)
from technic_pipeline.services import Endpoints

DAY = date(2016, 12, 29)
TABLE = "a" * 64


def groups_of(*sizes: int) -> Groups:
    values = np.linspace(-1.0, 1.0, sum(sizes)) ** 3
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), values


GROUPS = groups_of(3, 0, 2)
DIGEST = groups_sha256(GROUPS)
KEY = entry_key(DAY, TABLE, DIGEST)
ENTRY = encode(DAY, GROUPS)


@pytest.fixture
def client(servers: Endpoints) -> Iterator[redis.Redis]:
    """The server, without the entry."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.delete(KEY)
        yield client
        client.delete(KEY)


def same(one: Groups | None, other: Groups) -> bool:
    return one is not None and all(
        a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True)
    )


@given(st.lists(st.lists(st.floats(allow_nan=False), max_size=5), max_size=20))
def test_what_goes_in_comes_out_bit_for_bit(drawn: list[list[float]]) -> None:
    starts = np.concatenate([[0], np.cumsum([len(group) for group in drawn])]).astype(np.int64)
    groups = starts, np.array([v for group in drawn for v in group], dtype=np.float64)
    back = decode(encode(DAY, groups), DAY, groups_sha256(groups), len(drawn))
    assert same(back, groups)


@pytest.mark.parametrize("at", range(len(ENTRY)))
def test_a_bit_that_flipped_anywhere_is_noticed(at: int) -> None:
    entry = bytearray(ENTRY)
    entry[at] ^= 4
    with pytest.raises(ValueError, match=r"entry|checksum|long"):
        decode(bytes(entry), DAY, DIGEST, 3)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (b"", "nothing"),
        (ENTRY[:-1], "cut short"),
        (ENTRY[:10], "not even a header"),
        (ENTRY + b"\0", "something behind it"),
        (pickle.dumps(GROUPS), "another program's bytes"),
        (encode(date(2016, 12, 28), GROUPS), "of another day"),
        (encode(DAY, groups_of(3, 2, 0)), "whole, but not what PostgreSQL knows"),
        (encode(DAY, groups_of(3, 0, 2, 0)), "of other groups"),
        (HEADER.pack(MAGIC, VERSION, 3, DAY.toordinal(), -4) + ENTRY[24:], "fewer than none"),
        (HEADER.pack(MAGIC, VERSION + 1, 3, DAY.toordinal(), 5) + ENTRY[24:], "another version"),
    ],
)
def test_what_is_not_the_entry_is_a_miss_and_said_once(
    servers: Endpoints,
    client: redis.Redis,
    caplog: pytest.LogCaptureFixture,
    entry: bytes,
    why: str,
) -> None:
    client.set(KEY, entry)
    with caplog.at_level(logging.WARNING):
        assert load(servers.redis_url, DAY, TABLE, DIGEST, 3) is None, why
        said = len(caplog.records)
        assert load(servers.redis_url, DAY, TABLE, DIGEST, 3) is None, why
    assert len(caplog.records) == said <= 1
    save(servers.redis_url, DAY, TABLE, DIGEST, GROUPS)
    assert same(load(servers.redis_url, DAY, TABLE, DIGEST, 3), GROUPS), why


def test_an_entry_stays_24_hours(servers: Endpoints, client: redis.Redis) -> None:
    save(servers.redis_url, DAY, TABLE, DIGEST, GROUPS)
    assert 86_390 <= client.ttl(KEY) <= 86_400  # type: ignore[operator]
    assert same(load(servers.redis_url, DAY, TABLE, DIGEST, 3), GROUPS)


def test_the_key_names_the_day_the_table_and_the_digest() -> None:
    assert f"technic:sector_stats:2016-12-29:{TABLE[:16]}:{DIGEST[:32]}" == KEY
    others = [
        entry_key(date(2016, 12, 28), TABLE, DIGEST),
        entry_key(DAY, "b" * 64, DIGEST),
        entry_key(DAY, TABLE, groups_sha256(groups_of(1))),
    ]
    assert len({KEY, *others}) == 4


def test_a_key_of_another_type_is_a_miss_and_is_replaced(
    servers: Endpoints, client: redis.Redis
) -> None:
    client.rpush(KEY, "a", "list")
    assert load(servers.redis_url, DAY, TABLE, DIGEST, 3) is None
    save(servers.redis_url, DAY, TABLE, DIGEST, GROUPS)
    assert same(load(servers.redis_url, DAY, TABLE, DIGEST, 3), GROUPS)


def test_an_entry_beyond_all_measure_is_neither_read_nor_written(
    servers: Endpoints, client: redis.Redis
) -> None:
    client.set(KEY, bytes(LARGEST_ENTRY + 1))
    assert load(servers.redis_url, DAY, TABLE, DIGEST, 3) is None
    client.delete(KEY)
    save(servers.redis_url, DAY, TABLE, DIGEST, groups_of(LARGEST_ENTRY // 8))
    assert client.exists(KEY) == 0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("unix:///nowhere/valkey.sock", "no such socket"),
        ("redis://127.0.0.1:1/0", "nobody listens"),
        ("redis://user:p@ss@word@127.0.0.1:1/0", "a password that was not encoded"),
        ("http://127.0.0.1/", "no URL of a Redis"),
        ("redis://127.0.0.1:six", "no port"),
    ],
)
def test_a_redis_that_is_away_is_a_miss(
    caplog: pytest.LogCaptureFixture, url: str, why: str
) -> None:
    with caplog.at_level(logging.WARNING):
        assert load(url, DAY, TABLE, DIGEST, 3) is None, why
        save(url, DAY, TABLE, DIGEST, GROUPS)
    assert len(caplog.records) == 1, why
    assert "p@ss" not in caplog.text


def test_a_redis_that_does_not_answer_is_waited_for_once(tmp_path: Path) -> None:
    path = tmp_path / "deaf.sock"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen(8)
        started = time.monotonic()
        for _ in range(20):
            assert load(f"unix://{path}", DAY, TABLE, DIGEST, 3) is None
            save(f"unix://{path}", DAY, TABLE, DIGEST, GROUPS)
    assert time.monotonic() - started < 3.0
