"""Every request keeps to the plan's rate and is counted, repeated ones and those of threads too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pydantic import SecretStr
from scripted_vendor import KEY, SPLIT, Reply, ScriptedVendor, data, page
from vendor_waits import Waits

from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.plans import FREE
from technic_pipeline.sources.massive.splits import fetch_splits


def test_the_sixth_request_of_a_free_plan_waits_out_the_minute(
    vendor: ScriptedVendor, waits: Waits
) -> None:
    connection = Connection(vendor.url, SecretStr(KEY), FREE, clock=waits.clock)
    vendor.say(*(page(vendor, SPLIT, cursor=f"{number}") for number in range(6)), page(vendor))
    assert len(fetch_splits(connection)) == 6
    assert len(waits.slept) == 1
    assert 60.0 < waits.slept[0] < 62.0
    connection.close()


def test_a_repeated_request_takes_its_place_in_the_minute(
    vendor: ScriptedVendor, waits: Waits
) -> None:
    connection = Connection(vendor.url, SecretStr(KEY), FREE, clock=waits.clock)
    vendor.say(*[Reply(b"", 503)] * 4, data(results=[]))
    fetch_splits(connection)
    retried = sum(waits.slept)
    fetch_splits(connection)
    assert connection.calls == {"splits": 6}
    assert 60.0 < sum(waits.slept) < 62.0
    assert 15.0 <= retried <= 19.0
    connection.close()


def test_requests_of_many_threads_are_all_answered_and_counted(
    connection: Connection, vendor: ScriptedVendor
) -> None:
    vendor.say(data(results=[SPLIT]))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: fetch_splits(connection), range(40)))
    assert [len(answer) for answer in answers] == [1] * 40
    assert connection.calls == {"splits": 40}
    assert len(vendor.requests) == 40
