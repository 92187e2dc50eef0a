"""Whatever the vendor sends, it is decoded into typed values or refused by its endpoint's name."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import WORDS, altered_json, assert_says, fuzzed, harmed
from pydantic import SecretStr
from scripted_vendor import KEY, SPLIT, Reply, ScriptedVendor, running_vendor
from vendor_waits import Waits

from technic_pipeline.errors import (
    TickerNotListed,
    VendorError,
    VendorKeyRefused,
)
from technic_pipeline.sources.bars import NUMBERS, SessionBars
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.descriptions import fetch_descriptions, fetch_details
from technic_pipeline.sources.massive.events import fetch_events
from technic_pipeline.sources.massive.grouped import fetch_session
from technic_pipeline.sources.massive.plans import ADVANCED
from technic_pipeline.sources.massive.ratios import fetch_ratios
from technic_pipeline.sources.massive.retrying import seconds_asked_for
from technic_pipeline.sources.massive.splits import fetch_splits
from technic_pipeline.store.validation import judge

SESSION = date(2023, 1, 9)
BAR = {
    **{"T": "TTMI", "v": 394280, "vw": 16.1078, "o": 15.96, "c": 16.08, "h": 16.335, "l": 15.96},
    **{"t": 1673298000000, "n": 5416},
}
LISTED = {
    **{"ticker": "ABC", "name": "A & Co.", "type": "CS", "primary_exchange": "XNAS"},
    **{"composite_figi": "BBG000MM2P62", "cik": "0001326801", "active": False},
    "delisted_utc": "2022-06-09T00:00:00Z",
}
DETAILS = LISTED | {"sic_code": "3571", "market_cap": 4.8e12, "list_date": "1980-12-12"}
EVENTS = {
    "name": "Meta Platforms, Inc.",
    "events": [
        {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}},
        {"type": "ticker_change", "date": "2012-05-18", "ticker_change": {"ticker": "FB"}},
    ],
}
RATIOS = {"ticker": "A", "date": "2022-06-09", "price": 151.2, "quick": 1.2, "current": 2}
# How each endpoint is asked, and what it answers.
ENDPOINTS: dict[str, tuple[Callable[[Connection], Any], dict[str, Any]]] = {
    "grouped daily": (
        lambda connection: fetch_session(connection, SESSION),
        {"status": "OK", "adjusted": False, "resultsCount": 2, "results": [BAR, BAR | {"T": "B"}]},
    ),
    "splits": (fetch_splits, {"results": [SPLIT, SPLIT | {"id": "E2"}], "next_url": None}),
    "tickers": (fetch_descriptions, {"results": [LISTED, LISTED | {"ticker": "B"}]}),
    "ticker details": (lambda connection: fetch_details(connection, "ABC"), {"results": DETAILS}),
    "ticker events": (lambda connection: fetch_events(connection, "META"), {"results": EVENTS}),
    "ratios": (fetch_ratios, {"results": [RATIOS, RATIOS | {"ticker": "B"}]}),
}
CURSORS = (
    *("{here}/next?cursor=a", "{here}/v3/reference/tickers", "/next", "next?cursor=b", "?", "#"),
    *("http://evil.example/next", "//evil.example/", "file:///etc/passwd", "http://[::1", "\0"),
    *(
        "https://api.massive.com/next",
        "http://127.0.0.1:1/next",
        "data:,",
        "x" * 70_000,
        "http://a\nb",
    ),
)
STATUSES = (200, 200, 200, 200, 200, 200, 400, 401, 403, 404, 429, 500, 503)


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with running_vendor() as server:
        yield server


@pytest.fixture(scope="module")
def connection(vendor: ScriptedVendor) -> Iterator[Connection]:
    opened = Connection(vendor.url, SecretStr(KEY), ADVANCED, clock=Waits().clock)
    yield opened
    opened.close()


@st.composite
def replies(draw: st.DrawFn, endpoint: str, here: str) -> Reply:
    """A reply of an endpoint after something happened to it."""
    reply = ENDPOINTS[endpoint][1]
    if "next_url" in reply and draw(st.booleans()):
        reply = reply | {"next_url": draw(st.sampled_from(CURSORS)).replace("{here}", here)}
    body = draw(altered_json(reply) | altered_json(reply).flatmap(harmed) | st.binary(max_size=50))
    status = draw(st.sampled_from(STATUSES))
    if draw(st.integers(0, 5)):
        return Reply(body, status)
    packed = draw(st.just(gzip.compress(body, mtime=0)) | harmed(gzip.compress(body, mtime=0)))
    return Reply(packed, status, {"Content-Encoding": "gzip"})


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@fuzzed(0.4)
@given(chance=st.data())
def test_a_reply_is_decoded_or_refused_by_its_endpoint(
    vendor: ScriptedVendor, connection: Connection, endpoint: str, chance: st.DataObject
) -> None:
    vendor.say(chance.draw(replies(endpoint, vendor.url)))
    vendor.requests.clear()
    try:
        found = ENDPOINTS[endpoint][0](connection)
    except (TickerNotListed, VendorKeyRefused) as refused:
        assert_says(refused, "the vendor")
    except VendorError as refused:
        assert_says(refused, endpoint)
    else:
        assert_typed(found)
    assert {request.authorization for request in vendor.requests} == {f"Bearer {KEY}"}


def assert_typed(value: Any) -> None:
    """The value, and all that it holds, can be stored: whole bars, text, days, finite or not."""
    if isinstance(value, SessionBars):
        assert {len(getattr(value, name)) for name in ("day", *NUMBERS)} == {len(value)}
        assert len(judge(value).accepted) <= len(value)
        assert len(value.content_sha256()) == 64
    elif isinstance(value, list | tuple):
        for item in value:
            assert_typed(item)
    elif is_dataclass(value):
        for field in fields(value):
            assert_typed(getattr(value, field.name))
    elif isinstance(value, str):
        assert "\0" not in value.encode().decode()
    else:
        assert value is None or isinstance(value, bool | float | date)


@fuzzed(0.5)
@given(st.sampled_from(WORDS) | st.text(max_size=40) | st.datetimes().map("{:%a, %d %b %Y}".format))
def test_a_wait_that_is_asked_for_is_a_number_of_seconds_or_none(header: str) -> None:
    seconds = seconds_asked_for(header, datetime(2026, 11, 23, tzinfo=UTC))
    assert seconds is None or seconds >= 0.0
