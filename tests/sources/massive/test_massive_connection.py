"""The connection over real HTTP: what it retries, how long, and what it never tells."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import time
import traceback
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from scripted_vendor import KEY, Reply, ScriptedVendor, data, refusal
from vendor_waits import Waits

from technic_pipeline.errors import (
    ChangedReply,
    RateExceeded,
    ReplyTooLarge,
    VendorError,
    VendorUnavailable,
)
from technic_pipeline.sources.massive.connection import LARGEST_REPLY, Connection, Timeouts
from technic_pipeline.sources.massive.plans import ADVANCED
from technic_pipeline.sources.massive.replies import decode
from technic_pipeline.sources.massive.retrying import Patience, seconds_asked_for

GOOD = data(results=[1])
QUICK = Patience(attempts=2, first_wait=0.01)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ask(connection: Connection) -> list[int]:
    """One call, decoded."""
    return connection.get("test", "/list", {"a": "b"}, lambda body: decode("test", body, dict))[
        "results"
    ]


def test_a_call_carries_the_key_in_its_header_and_nowhere_else(
    connection: Connection, vendor: ScriptedVendor
) -> None:
    vendor.say(GOOD)
    assert ask(connection) == [1]
    assert [(r.path, r.parameters) for r in vendor.requests] == [("/list", {"a": "b"})]
    assert vendor.requests[0].authorization == f"Bearer {KEY}"


def test_calls_share_one_connection(connection: Connection, vendor: ScriptedVendor) -> None:
    vendor.say(GOOD)
    for _ in range(3):
        ask(connection)
    assert len({request.port for request in vendor.requests}) == 1


# What comes first, and why asking again may help.
PASSING = {
    "429": (refusal(429, "You've exceeded the maximum requests per minute", "error"), "the rate"),
    "500": (refusal(500, "oops"), "a fault of the server"),
    "502": (Reply(b"<html>Bad Gateway</html>", 502), "a fault of what stands before it"),
    "503": (Reply(b"", 503), "overload"),
    "cut": (Reply(GOOD.body[:-5], cut=True), "the connection broke"),
    "truncated": (Reply(GOOD.body[:-5]), "a cut that the headers hide"),
    "cut after a row": (Reply(b'{"results":[{"a":1}'), "it ends like a whole reply"),
    "no JSON": (Reply(b"<html>maintenance</html>"), "a page in place of the reply"),
    "nothing": (Reply(b""), "a body that never came"),
}


@pytest.mark.parametrize("first", [reply for reply, _ in PASSING.values()], ids=PASSING)
def test_what_passes_is_asked_again_and_counted(
    connection: Connection, vendor: ScriptedVendor, waits: Waits, first: Reply
) -> None:
    vendor.say(first, first, GOOD)
    assert ask(connection) == [1]
    assert connection.calls == {"test": 3}
    assert len(vendor.requests) == 3
    assert len(waits.slept) == 2
    assert waits.slept[1] > 0


def test_waits_double_and_have_jitter(connection: Connection, vendor: ScriptedVendor, waits: Waits):
    vendor.say(Reply(b"", 503))
    with pytest.raises(VendorUnavailable, match="status 503: Service Unavailable"):
        ask(connection)
    assert len(vendor.requests) == Patience().attempts
    for number, slept in enumerate(waits.slept):
        assert 2.0**number <= slept <= 2.0**number + 1.0
    assert len(set(waits.slept)) == len(waits.slept)


def test_a_rate_that_stays_exceeded_is_refused_after_minutes_of_waiting(
    connection: Connection, vendor: ScriptedVendor, waits: Waits
) -> None:
    vendor.say(refusal(429, "exceeded the maximum requests", "error"))
    with pytest.raises(RateExceeded, match="exceeded the maximum requests"):
        ask(connection)
    assert 60.0 < sum(waits.slept) <= Patience().total_wait


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7.0, 8.0),
        ("0", 0.0, 1.0),
        ("3600", 60.0, 60.0),  # capped
        ("soon", 15.0, 30.0),  # unreadable: as without it
        ("Fri, 31 Dec 2100 23:59:59 GMT", 60.0, 60.0),  # a moment, still far away
    ],
)
def test_retry_after_is_honoured_up_to_a_cap(
    connection: Connection,
    vendor: ScriptedVendor,
    waits: Waits,
    header: str,
    least: float,
    most: float,
) -> None:
    vendor.say(refusal(429, "slow down", Retry_After=header), GOOD)
    assert ask(connection) == [1]
    assert least <= waits.slept[0] <= most


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),  # past
        ("Monday, 23-Nov-26 12:01:00 GMT", 60.0),  # the obsolete form
        ("Mon, 99 Nov 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert seconds_asked_for(header, NOW) == seconds


def test_waiting_ends_when_its_total_is_used_up(vendor: ScriptedVendor, waits: Waits) -> None:
    patience = Patience(attempts=100, total_wait=100.0)
    connection = Connection(
        vendor.url, SecretStr(KEY), ADVANCED, clock=waits.clock, patience=patience
    )
    vendor.say(refusal(429, "slow down", Retry_After="30"))
    with pytest.raises(RateExceeded):
        ask(connection)
    assert len(waits.slept) == 3
    connection.close()


def test_nobody_listening_is_told_with_the_last_problem(waits: Waits) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        connection = Connection(url, SecretStr(KEY), ADVANCED, clock=waits.clock)
        with pytest.raises(VendorUnavailable, match="refused"):
            ask(connection)
    connection.close()


# How a reply is slow: the seconds between its bytes, the timeouts that bound it, what is told.
SLOW = {
    "silent": (Reply(GOOD.body, dribble=0.3), Timeouts(read=0.1), "timed out"),
    "a dribbling body": (
        Reply(GOOD.body, dribble=0.05),
        Timeouts(read=5.0, total=0.2),
        "not whole after 0.2 seconds",
    ),
    "a dribbling head": (
        Reply(GOOD.body, dribble=0.05, dribble_from="head"),
        Timeouts(read=5.0, total=0.2),
        "not whole after 0.2 seconds",
    ),
}


@pytest.mark.parametrize(("reply", "timeouts", "problem"), SLOW.values(), ids=SLOW)
def test_a_slow_reply_does_not_hang(
    vendor: ScriptedVendor, reply: Reply, timeouts: Timeouts, problem: str
) -> None:
    connection = Connection(
        vendor.url, SecretStr(KEY), ADVANCED, patience=Patience(attempts=1), timeouts=timeouts
    )
    vendor.say(reply)
    began = time.monotonic()
    with pytest.raises(VendorUnavailable, match=problem):
        ask(connection)
    assert time.monotonic() - began < 1.0
    connection.close()


def test_a_call_after_one_that_was_given_up_is_answered(vendor: ScriptedVendor) -> None:
    connection = Connection(
        vendor.url, SecretStr(KEY), ADVANCED, timeouts=Timeouts(total=0.3), patience=QUICK
    )
    vendor.say(Reply(GOOD.body, dribble=0.05, dribble_from="head"), GOOD)
    assert ask(connection) == [1]
    assert connection.calls == {"test": 2}
    connection.close()


GZIP = {"Content-Encoding": "gzip"}
# Replies of which no more is taken in than a reply can have, and what is told of them.
BOUNDED = {
    "announced": (
        Reply(b"{}", headers={"Content-Length": "900000000000"}),
        ReplyTooLarge,
        "has 900,000,000,000 bytes or more, and none has more than 67,108,864",
    ),
    "not announced": (
        Reply(
            b"4000001\r\n" + b" " * (LARGEST_REPLY + 1) + b"\r\n0\r\n\r\n",
            headers={"Transfer-Encoding": "chunked", "Content-Length": ""},
        ),
        ReplyTooLarge,
        "bytes or more",
    ),
    "unpacked": (
        Reply(gzip.compress(b" " * (LARGEST_REPLY + 1)), headers=GZIP),
        ReplyTooLarge,
        "bytes or more",
    ),
    "packed in packed": (
        Reply(gzip.compress(gzip.compress(b"[]")), headers={"Content-Encoding": "gzip, gzip"}),
        ChangedReply,
        "in the encoding 'gzip, gzip'",
    ),
    "another packing": (
        Reply(b"[]", headers={"Content-Encoding": "br"}),
        ChangedReply,
        "in the encoding 'br'",
    ),
}


@pytest.mark.parametrize(("reply", "error", "said"), BOUNDED.values(), ids=BOUNDED)
def test_a_reply_that_could_have_any_size_is_refused_at_once(
    connection: Connection,
    vendor: ScriptedVendor,
    reply: Reply,
    error: type[VendorError],
    said: str,
) -> None:
    vendor.say(reply)
    with pytest.raises(error, match=said):
        ask(connection)
    assert connection.calls == {"test": 1}


def test_a_packed_reply_is_unpacked(connection: Connection, vendor: ScriptedVendor) -> None:
    vendor.say(Reply(gzip.compress(GOOD.body), headers=GZIP))
    assert ask(connection) == [1]
    assert vendor.requests[0].encodings == "gzip"


# Refusals of which one repeats the key, as vendors do.
TELLING = {
    "bad key": refusal(401, f"Unknown API Key {KEY}", "error"),
    "plan": refusal(403, f"the key {KEY} is not entitled"),
    "rate": refusal(429, f"{KEY}: too many"),
    "server": refusal(500, f"trace of {KEY}"),
    "other": refusal(418, f"no coffee for {KEY}"),
    "redirect": Reply(b"", 302, {"Location": f"http://localhost/?apiKey={KEY}"}),
    "another shape": Reply(json.dumps([KEY]).encode()),
}


@pytest.mark.parametrize("reply", TELLING.values(), ids=TELLING)
def test_the_key_is_in_no_error_log_or_representation(
    connection: Connection, vendor: ScriptedVendor, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.say(reply)
    with pytest.raises(VendorError) as refused:
        ask(connection)
    told = ["".join(traceback.format_exception(refused.value)), caplog.text, repr(connection)]
    told += [repr(vars(connection)), repr(vars(refused.value)), str(refused.value)]
    assert caplog.text
    assert not [text for text in told if KEY in text]
    assert len(str(refused.value).splitlines()) == 1
