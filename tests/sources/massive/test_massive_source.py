"""A session is asked for once, and never taken for a holiday."""

from __future__ import annotations

import math
from datetime import date, datetime

import pytest
from scripted_vendor import Reply, ScriptedVendor, data, refusal
from vendor_waits import Waits

from technic_pipeline.errors import EmptyReply, SessionNotOffered, SessionNotYetOffered
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.plans import ADVANCED, FREE
from technic_pipeline.sources.massive.source import Massive

SESSION = date(2023, 1, 9)
ROW = {"T": "A", "v": 1, "o": 1, "h": 1, "l": 1, "c": 1, "t": 1673298000000}
BARS = data(adjusted=False, results=[ROW])


def test_a_session_is_asked_for_unadjusted_and_without_otc(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(BARS)
    assert len(massive.bars(SESSION)) == 1
    assert vendor.requests[0].path == "/v2/aggs/grouped/locale/us/market/stocks/2023-01-09"
    assert vendor.requests[0].parameters == {"adjusted": "false", "include_otc": "false"}
    assert massive.connection.calls == {"grouped daily": 1}


# How an empty reply is written.
EMPTY = {
    "an empty list": data(resultsCount=0, adjusted=False, results=[]),
    "null": data(resultsCount=0, adjusted=True, results=None),
    "absent": data(resultsCount=0, queryCount=0),
}


@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_an_empty_reply_on_a_trading_day_is_asked_again_and_then_refused(
    massive: Massive, vendor: ScriptedVendor, waits: Waits, empty: Reply
) -> None:
    vendor.say(empty)
    with pytest.raises(EmptyReply, match="traded on 2023-01-09"):
        massive.bars(SESSION)
    assert massive.connection.calls == {"grouped daily": 3}
    assert waits.slept == [5.0, 20.0]


def test_rows_that_come_after_an_empty_reply_are_the_session(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(EMPTY["absent"], BARS)
    assert len(massive.bars(SESSION)) == 1


@pytest.mark.parametrize(
    "day", [date(2023, 1, 7), date(2023, 1, 16), date(1990, 1, 2), date(2100, 1, 4)]
)
def test_a_day_on_which_nobody_has_traded_is_not_asked_for(
    massive: Massive, vendor: ScriptedVendor, day: date
) -> None:
    with pytest.raises(SessionNotOffered, match=str(day)):
        massive.bars(day)
    assert vendor.requests == []


def test_a_session_refused_before_the_vendors_cut_says_when_to_come_back(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(refusal(403, "Attempted to request today's data before end of day."))
    with pytest.raises(SessionNotYetOffered, match="midnight in New York"):
        massive.bars(SESSION)


def test_offered_reaches_from_the_plans_oldest_session_to_the_last_closed(massive: Massive) -> None:
    oldest, newest = massive.offered()
    assert 725 <= (date.today() - oldest).days <= 731
    assert 0 <= (date.today() - newest).days <= 5
    assert math.isclose((newest - oldest).days, 730, abs_tol=6)


# The vendor's time, and what is offered then to a free plan.
MOMENTS = {
    "before the close": ("2026-11-23T20:59:00+00:00", "2024-11-25", "2026-11-20"),
    "after the close": ("2026-11-23T21:01:00+00:00", "2024-11-25", "2026-11-20"),
    "after midnight in London": ("2026-11-24T01:00:00+00:00", "2024-11-25", "2026-11-20"),
    "after midnight in New York": ("2026-11-24T05:01:00+00:00", "2024-11-25", "2026-11-23"),
    "a day later": ("2026-11-25T05:01:00+00:00", "2024-11-25", "2026-11-24"),
    "two days later": ("2026-11-26T05:01:00+00:00", "2024-11-26", "2026-11-25"),
}


@pytest.mark.parametrize(("moment", "oldest", "newest"), MOMENTS.values(), ids=MOMENTS)
def test_what_is_offered_follows_the_vendor_s_time(
    connection: Connection, calendar: Calendar, moment: str, oldest: str, newest: str
) -> None:
    massive = Massive(connection, FREE, calendar, lambda: datetime.fromisoformat(moment))
    assert massive.offered() == (date.fromisoformat(oldest), date.fromisoformat(newest))


def test_a_plan_with_same_day_bars_is_offered_a_session_when_it_closes(
    connection: Connection, calendar: Calendar
) -> None:
    moment, _, _ = MOMENTS["after the close"]
    massive = Massive(connection, ADVANCED, calendar, lambda: datetime.fromisoformat(moment))
    assert massive.offered()[1] == date(2026, 11, 23)
