"""Stopping: nobody waits for the vendor's next minute when nobody wants the answer."""

from __future__ import annotations

import time
from datetime import date
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from technic_pipeline.errors import CallsGivenUp, EmptyReply
from technic_pipeline.overlapping import ahead
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.fetching_ahead import FetchingAhead
from technic_pipeline.sources.massive.plans import Plan

ONE_AN_HOUR = Plan("test", calls=1, window=3600.0, years=None)
DAYS = [date(2025, 9, day) for day in (2, 3, 4, 5)]


def test_whoever_waits_for_a_call_s_moment_is_woken_and_makes_none() -> None:
    connection = Connection("http://127.0.0.1:9", SecretStr("key"), ONE_AN_HOUR)
    connection._limit.wait()
    Thread(target=lambda: (time.sleep(0.1), connection.give_up())).start()
    began = time.monotonic()
    with pytest.raises(CallsGivenUp, match="run again to go on"):
        connection.get("splits", "/splits", {}, bytes)
    assert time.monotonic() - began < 5
    assert connection.calls == {}


def test_results_that_are_left_early_give_up_the_work_under_way() -> None:
    stopped: list[bool] = []
    results = ahead(lambda item: item, range(5), lambda: stopped.append(True))
    assert next(results) == 0
    results.close()
    assert stopped == [True]


def test_results_that_are_all_taken_give_nothing_up() -> None:
    assert list(ahead(lambda item: item, range(3), lambda: pytest.fail("gave up"))) == [0, 1, 2]


@pytest.fixture
def asked() -> list[date]:
    return []


@pytest.fixture
def fetching(asked: list[date]) -> FetchingAhead:
    def fetch(day: date) -> Any:
        asked.append(day)
        if day == DAYS[2]:
            raise EmptyReply("grouped daily", "the exchange traded")
        return day

    return FetchingAhead(fetch)


def test_named_sessions_are_fetched_in_their_order_before_they_are_taken(
    fetching: FetchingAhead, asked: list[date]
) -> None:
    fetching.name(DAYS[:1])
    fetching.name(DAYS[1:2])
    assert [fetching.take(day) for day in DAYS[:2]] == DAYS[:2]
    assert asked == DAYS[:2]


def test_a_session_that_nobody_named_is_fetched_when_it_is_taken(
    fetching: FetchingAhead, asked: list[date]
) -> None:
    assert fetching.take(DAYS[3]) == DAYS[3]
    assert asked == [DAYS[3]]


def test_what_went_wrong_is_told_to_whoever_takes_it_and_nothing_is_fetched_after_it(
    fetching: FetchingAhead, asked: list[date]
) -> None:
    fetching.name(DAYS)
    assert fetching.take(DAYS[1]) == DAYS[1]
    for day in DAYS[2:]:
        with pytest.raises(EmptyReply):
            fetching.take(day)
    assert asked == DAYS[:3]


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    here = Connection("http://127.0.0.1:8080", SecretStr("key"), ONE_AN_HOUR)
    there = Connection("https://api.massive.com", SecretStr("key"), ONE_AN_HOUR)
    assert (here._client.trust_env, there._client.trust_env) == (False, True)
