"""A server out of reach is one line that says where and why, and never the password."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from technic_pipeline.errors import CacheUnreachable, DatabaseUnreachable
from technic_pipeline.services import require_postgres, require_redis
from technic_pipeline.services.probe import Answer, ask_postgres, ask_redis, mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from technic_pipeline.services import Endpoints

BAD_POSTGRES = [
    ("postgresql://me:secret@127.0.0.1:1/db", "Connection refused"),
    ("postgresql://me:secret@localhost:1/db", "Connection refused"),  # several addresses
    ("postgresql://me:secret@nowhere.invalid/db", "nowhere.invalid"),
    ("postgresql:///db?host=/nowhere&password=secret", "No such file"),
    ("postgresql+psycopg://me:secret@localhost/db", "must begin with postgresql://"),
    ("host=localhost password=secret", "must begin with postgresql://"),
    ("postgresql://me:se%cret@localhost/db", "malformed"),  # a lone percent sign
    ("postgresql://me:@secret@localhost/db", "malformed"),  # an '@' that ends the password early
    ("postgresql://me:se/cret@localhost/db", "malformed"),  # a '/' that ends the host early
    ("postgresql://me:secret@[::1/db", "malformed"),
    ("postgresql://" + "a" * 70 + ":1/db", "a" * 70),  # longer than a name in DNS may be
]
BAD_REDIS = [
    ("redis://:secret@127.0.0.1:1/0", "refused"),
    ("redis://:secret@nowhere.invalid/0", "nowhere.invalid"),
    ("unix:///nowhere/valkey.sock?password=secret", "No such file"),
    ("http://:secret@localhost/", "schemes"),
    ("redis://:secret@localhost:port/0", "malformed"),
    ("redis://:secret@[::1/0", "malformed"),
]


@pytest.mark.parametrize(("url", "problem"), BAD_POSTGRES)
def test_a_database_out_of_reach_is_told_in_one_line(url: str, problem: str) -> None:
    with pytest.raises(DatabaseUnreachable) as told:
        require_postgres(url)
    message = str(told.value)
    assert problem in message
    assert "\n" not in message
    assert "secret" not in message
    assert "cret@" not in message


@pytest.mark.parametrize(("url", "problem"), BAD_REDIS)
def test_a_cache_out_of_reach_is_told_in_one_line(url: str, problem: str) -> None:
    with pytest.raises(CacheUnreachable) as told:
        require_redis(url)
    message = str(told.value)
    assert problem in message
    assert "\n" not in message
    assert "secret" not in message


def test_a_password_that_is_refused_is_told(endpoints: Endpoints) -> None:
    with pytest.raises(CacheUnreachable, match="password"):
        require_redis(endpoints.redis_url.replace("unix://", "unix://me:wrong@"))
    with pytest.raises(DatabaseUnreachable, match='"absent" does not exist'):
        require_postgres(endpoints.database_url.replace("/technic?", "/absent?"))


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of something that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up(mute: int) -> None:
    with ThreadPoolExecutor() as both:
        database = both.submit(ask_postgres, f"postgresql://127.0.0.1:{mute}/db", 1)
        cache = both.submit(ask_redis, f"redis://127.0.0.1:{mute}/0", 1)
        assert database.result(10).version is None
        assert cache.result(10).version is None


def test_current_servers_are_accepted(endpoints: Endpoints) -> None:
    require_postgres(endpoints.database_url)
    require_redis(endpoints.redis_url)


@pytest.mark.parametrize(
    ("version", "needed", "older"),
    [
        ("14.19", (15,), True),
        ("15.0", (15,), False),
        ("16beta1", (15,), False),
        ("9.6.24", (15,), True),  # not compared as text
        ("6.0.16", (6, 2), True),
        ("6.2.0", (6, 2), False),
        ("10.0.0", (6, 2), False),  # not compared as text
    ],
)
def test_versions_compare_as_numbers(version: str, needed: tuple[int, ...], older: bool) -> None:
    assert Answer(version).older_than(needed) is older


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://me:secret@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("postgresql://me:se@cret@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me@host/db?password=secret&a=b", "postgresql://me@host/db?password=***&a=b"),
        ("redis://:secret@host/0", "redis://:***@host/0"),
        ("postgresql://host:5432/db", "postgresql://host:5432/db"),
        ("postgresql:///db?host=%2Frun&user=me", "postgresql:///db?host=%2Frun&user=me"),
    ],
)
def test_passwords_are_masked_and_nothing_else(url: str, masked: str) -> None:
    assert mask(url) == masked
