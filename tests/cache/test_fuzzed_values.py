"""Whatever Redis holds or says, nothing is taken from it but what was put there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import numpy as np
import redis
from hypothesis import given
from hypothesis import strategies as st
from mutations import fuzzed, harmed, reworded
from test_indicator_states import DTYPE, IDS, WEEK, states_of
from test_sector_statistics_cache import DAY, DIGEST, ENTRY, GROUPS, same

from technic_pipeline.cache.connection import DisposableCache
from technic_pipeline.cache.indicator_states import StateCache
from technic_pipeline.cache.ranges import Range
from technic_pipeline.cache.sector_statistics import decode
from technic_pipeline.services import Endpoints

SECTORS = len(GROUPS[0]) - 1
SAID = b"$10\r\n0123456789\r\n" * 2


@fuzzed()
@given(entry=harmed(ENTRY))
def test_a_damaged_distribution_is_the_same_or_none(entry: bytes) -> None:
    try:
        found = decode(entry, DAY, DIGEST, SECTORS)
    except ValueError:
        return
    assert same(found, GROUPS)


@fuzzed(0.5)
@given(data=st.data())
def test_of_damaged_states_those_that_are_whole_are_taken(
    data: st.DataObject, servers: Endpoints
) -> None:
    kept = states_of(IDS)
    cache = StateCache(servers.redis_url, "fuzzed", "fingerprint", DTYPE)
    cache.save(WEEK, kept)
    with redis.Redis.from_url(servers.redis_url) as client:
        keys: list[bytes] = client.keys("technic:state:fingerprint:fuzzed:*")  # type: ignore[assignment]
        key = data.draw(st.sampled_from(sorted(keys)))
        value: bytes = client.get(key)  # type: ignore[assignment]
        client.set(key, data.draw(harmed(value)))
        found = cache.load(WEEK, IDS)
        client.delete(*keys)
    trusted = found["bars"] > 0
    assert found[trusted].tobytes() == kept[trusted].tobytes()
    others = np.setdiff1d(IDS // 256, [int(key.rpartition(b":")[2])])
    assert trusted[np.isin(IDS // 256, others)].all()


@fuzzed()
@given(said=harmed(SAID) | reworded(SAID.decode(), "$\r\n").map(str.encode))
def test_a_server_that_says_anything_is_one_that_knows_nothing(said: bytes) -> None:
    with server_that_says(said) as url:
        cache = DisposableCache(url)
        found = bytearray(20)
        cache.fetch_ranges([Range("a", 0, 10), Range("b", 0, 10)], memoryview(found))
        cache.fetch("a", 10)
        cache.store("a", b"b", 1)


@contextmanager
def server_that_says(said: bytes) -> Iterator[str]:
    """One that greets every client as Redis does, then says this to whatever is asked, and goes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client:
                    client.settimeout(1)
                    try:
                        client.recv(65_536)
                        client.sendall(said)
                    except OSError:
                        continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        # No greeting: RESP 2, without a name of the client's library.
        port = listening.getsockname()[1]
        yield f"redis://127.0.0.1:{port}/0?protocol=2&lib_name=&lib_version="
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)
