"""Each thing the vendor says instead of data is its own error with its own remedy."""

from __future__ import annotations

from datetime import date

import pytest
from scripted_vendor import Reply, ScriptedVendor, refusal

from technic_pipeline.errors import (
    PlanTooSmall,
    RateExceeded,
    SessionNotYetOffered,
    SessionOlderThanPlan,
    TickerNotListed,
    VendorError,
    VendorKeyRefused,
    VendorRefused,
    VendorUnavailable,
)
from technic_pipeline.sources.massive.plans import FREE
from technic_pipeline.sources.massive.refusals import refused_session
from technic_pipeline.sources.massive.source import Massive

UPGRADE = "Please upgrade your plan at https://massive.com/pricing"
NOT_ENTITLED = f"You are not entitled to this data. {UPGRADE}"
TIMEFRAME = f"Your plan doesn't include this data timeframe. {UPGRADE}"
TODAY_REFUSED = f"Attempted to request today's data before end of day. {UPGRADE}"

# The reply: the error it becomes, and its remedy.
REFUSALS = {
    "no such key": (
        refusal(401, "Unknown API Key", "error"),
        VendorKeyRefused,
        "TECHNIC_SOURCE=simulated",
    ),
    "no key sent": (
        refusal(401, "API Key was not provided", "error"),
        VendorKeyRefused,
        "MASSIVE_API_KEY",
    ),
    "plan": (refusal(403, NOT_ENTITLED), PlanTooSmall, "massive.com/pricing"),
    "rate": (refusal(429, "exceeded"), RateExceeded, "TECHNIC_MASSIVE_PLAN"),
    "down": (Reply(b"", 503), VendorUnavailable, "TECHNIC_MASSIVE_URL"),
    "bad request": (refusal(400, "bad parameter", "error"), VendorRefused, "400 (bad parameter)"),
    "no such path": (Reply(b"404 page not found", 404), VendorRefused, "TECHNIC_MASSIVE_URL"),
    "moved": (Reply(b"", 301, {"Location": "http://localhost/"}), VendorRefused, "301"),
    "not JSON": (Reply(b"<h1>Forbidden</h1>", 403), PlanTooSmall, "Forbidden"),
}


@pytest.mark.parametrize(("reply", "error", "remedy"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_in_one_line_with_its_remedy(
    massive: Massive, vendor: ScriptedVendor, reply: Reply, error: type[VendorError], remedy: str
) -> None:
    vendor.say(reply)
    with pytest.raises(error) as refused:
        massive.splits()
    assert type(refused.value) is error
    assert remedy in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_permanent_refusal_is_not_asked_again(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(refusal(401, "Unknown API Key", "error"))
    with pytest.raises(VendorKeyRefused):
        massive.splits()
    assert massive.connection.calls == {"splits": 1}


def test_an_unknown_ticker_is_told_by_its_name(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(refusal(404, "Ticker not found."))
    with pytest.raises(TickerNotListed, match="'ZZZ/Q'"):
        massive.details("ZZZ/Q")
    assert vendor.requests[0].path == "/v3/reference/tickers/ZZZ%2FQ"


TODAY = date(2026, 11, 23)
OLDEST = date(2024, 11, 23)

# What a 403 said of a session asked for on TODAY with a free plan: what it means, and why.
SESSIONS = [
    (TODAY, TODAY_REFUSED, SessionNotYetOffered, "the vendor's words for it"),
    (TODAY, TIMEFRAME, SessionNotYetOffered, "other words for the same"),
    (TODAY, "NOT_AUTHORIZED", SessionNotYetOffered, "no words"),
    (TODAY, NOT_ENTITLED, PlanTooSmall, "waiting would not help"),
    (date(2026, 11, 20), TODAY_REFUSED, SessionNotYetOffered, "a vendor that is late"),
    (date(2026, 11, 20), NOT_ENTITLED, PlanTooSmall, "no session at all is included"),
    (date(2023, 11, 20), TIMEFRAME, SessionOlderThanPlan, "the vendor's words for it"),
    (date(2025, 11, 20), TIMEFRAME, SessionOlderThanPlan, "the plan is smaller than we think"),
    (date(2023, 11, 20), "NOT_AUTHORIZED", SessionOlderThanPlan, "no words, and before the oldest"),
    (OLDEST, "NOT_AUTHORIZED", PlanTooSmall, "no words, and within the history"),
]


@pytest.mark.parametrize(("session", "said", "error", "why"), SESSIONS)
def test_a_refused_session_is_too_old_or_too_new_or_not_of_the_plan(
    session: date, said: str, error: type[VendorError], why: str
) -> None:
    refused = refused_session(PlanTooSmall("grouped daily", said), session, TODAY, FREE)
    assert type(refused) is error, why


def test_a_session_that_is_too_old_names_the_oldest_of_the_plan() -> None:
    refused = refused_session(
        PlanTooSmall("grouped daily", TIMEFRAME), date(2023, 11, 20), TODAY, FREE
    )
    assert "2024-11-23" in str(refused)
    assert "'free'" in str(refused)
