"""Reference data arrives typed, and with nothing added or left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from scripted_vendor import SPLIT, Reply, ScriptedVendor, data, page, refusal

from technic_pipeline.errors import ChangedReply, EmptyReply, VendorError, VendorRefused
from technic_pipeline.sources import Ratios, Split, SymbolDescription, TickerChange
from technic_pipeline.sources.massive.events import TickerHistory
from technic_pipeline.sources.massive.source import Massive
from technic_pipeline.sources.reference import RATIO_METRICS

AAPL = {
    "ticker": "AAPL",
    "name": "Apple Inc.",
    "market": "stocks",
    "locale": "us",
    "primary_exchange": "XNAS",
    "type": "CS",
    "active": True,
    "currency_name": "usd",
    "cik": "0000320193",
    "composite_figi": "BBG000B9XRY4",
    "last_updated_utc": "2026-11-20T06:05:00.123Z",
}
DETAILS = AAPL | {
    "sic_code": "3571",
    "sic_description": "ELECTRONIC COMPUTERS",
    "market_cap": 4894708260560.0,
    "list_date": "1980-12-12",
    "address": {"city": "CUPERTINO"},
}
META = {
    "name": "Meta Platforms, Inc.",
    "composite_figi": "BBG000MM2P62",
    "cik": "0001326801",
    "events": [
        {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}},
        {"type": "ticker_change", "date": "2012-05-18", "ticker_change": {"ticker": "FB"}},
    ],
}


def test_splits_are_typed_and_asked_for_since_a_day(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(page(vendor, SPLIT))
    assert massive.splits(date(2020, 8, 1)) == [Split("AAPL", date(2020, 8, 31), 1.0, 4.0, "E1")]
    asked = vendor.requests[0]
    assert asked.path == "/stocks/v1/splits"
    assert asked.parameters["execution_date.gte"] == "2020-08-01"
    assert asked.parameters["limit"] == "5000"


def test_an_evening_without_splits_is_an_empty_list(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(page(vendor))
    assert massive.splits(date(2026, 11, 1)) == []


# A list of another shape: the reply's results, and what the refusal names.
CHANGED = {
    "no results": (None, "$.results"),
    "an object": ({}, "$.results"),
    "a date of another form": ([SPLIT | {"execution_date": "31.08.2020"}], "execution_date"),
    "a ratio in words": ([SPLIT | {"split_to": "four"}], "$.results[0].split_to"),
    "no ticker": ([{k: v for k, v in SPLIT.items() if k != "ticker"}], "ticker"),
    "a zero byte": ([SPLIT | {"ticker": "A\0"}], "ticker"),
}


@pytest.mark.parametrize(("results", "place"), CHANGED.values(), ids=CHANGED)
def test_a_changed_list_is_refused_with_the_field(
    massive: Massive, vendor: ScriptedVendor, results: Any, place: str
) -> None:
    vendor.say(data(results=results))
    with pytest.raises(ChangedReply, match="splits") as refused:
        massive.splits()
    assert place in str(refused.value)


def test_the_ticker_list_holds_who_is_listed_now_and_is_asked_for_once(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(page(vendor, AAPL, cursor="two"), page(vendor, {"ticker": "NA"}))
    first, bare = massive.tickers()
    assert first == SymbolDescription(
        "AAPL",
        "Apple Inc.",
        "CS",
        "XNAS",
        composite_figi="BBG000B9XRY4",
        cik="0000320193",
        active=True,
    )
    assert bare == SymbolDescription("NA")
    assert massive.tickers() == [first, bare]
    assert [request.parameters.get("active") for request in vendor.requests] == ["true", None]
    assert vendor.requests[0].parameters["limit"] == "1000"


def test_an_empty_ticker_list_is_no_list(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(page(vendor))
    with pytest.raises(EmptyReply, match="tickers"):
        massive.tickers()


def test_details_name_the_sector_of_the_sic_code(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(data(results=DETAILS))
    found = massive.details("AAPL")
    assert (found.sector, found.industry) == ("Information Technology", "ELECTRONIC COMPUTERS")
    assert (found.sic_code, found.market_cap) == ("3571", 4894708260560.0)
    assert found.list_date == date(1980, 12, 12)
    assert vendor.requests[0].path == "/v3/reference/tickers/AAPL"


def test_events_are_a_security_s_tickers_oldest_first(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(data(results=META))
    history = massive.events("META")
    assert history == TickerHistory(
        borne=((date(2012, 5, 18), "FB"), (date(2022, 6, 9), "META")),
        name="Meta Platforms, Inc.",
        composite_figi="BBG000MM2P62",
        cik="0001326801",
    )
    assert history is not None
    assert history.changes() == [TickerChange("FB", "META", date(2022, 6, 9))]
    assert vendor.requests[0].path == "/vX/reference/tickers/META/events"


def test_a_security_without_events_has_no_history(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(refusal(404, "No events found for given ID"))
    assert massive.events("ATVI") is None


def test_events_of_other_kinds_are_passed_over(massive: Massive, vendor: ScriptedVendor) -> None:
    merger = {"type": "merger", "date": "2023-01-01"}
    vendor.say(data(results=META | {"events": [merger, *META["events"]]}))
    history = massive.events("META")
    assert history is not None
    assert [ticker for _, ticker in history.borne] == ["FB", "META"]


def test_a_change_without_its_ticker_is_refused(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(data(results=META | {"events": [{"type": "ticker_change", "date": "2022-06-09"}]}))
    with pytest.raises(ChangedReply, match="ticker_change"):
        massive.events("META")


def test_ratios_are_typed_and_read_in_the_largest_pages(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    known = {name: float(number) for number, name in enumerate(RATIO_METRICS)}
    first = {"ticker": "AAPL", "cik": "1", "date": "2026-11-20", "average_volume": 5.0, **known}
    vendor.say(
        page(vendor, first, cursor="two"), page(vendor, {"ticker": "B", "date": "2026-11-20"})
    )
    assert massive.ratios() == [
        Ratios("AAPL", date(2026, 11, 20), **known),
        Ratios("B", date(2026, 11, 20)),
    ]
    assert vendor.requests[0].parameters == {"limit": "50000"}


def test_a_ratio_that_is_no_number_is_missing(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(Reply(b'{"results":[{"ticker":"A","date":"2026-11-20","quick":NaN,"cash":1e999}]}'))
    assert massive.ratios() == [Ratios("A", date(2026, 11, 20))]


def test_a_plan_without_ratios_has_none(massive: Massive, vendor: ScriptedVendor) -> None:
    vendor.say(refusal(403, "You are not entitled to this data."))
    assert massive.ratios() is None
    assert massive.connection.calls == {"ratios": 1}


def test_a_bad_key_is_not_taken_for_a_plan_without_ratios(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(refusal(401, "Unknown API Key", "error"))
    with pytest.raises(VendorError, match="MASSIVE_API_KEY"):
        massive.ratios()


@pytest.mark.parametrize(
    "stamp", ["2023-02-31T00:00:00Z", "0000-01-01", "\u0662\u0660\u0662\u0663-01-01"]
)
def test_a_day_that_no_calendar_has_is_refused_with_its_field(
    massive: Massive, vendor: ScriptedVendor, stamp: str
) -> None:
    vendor.say(page(vendor, AAPL | {"delisted_utc": stamp}))
    with pytest.raises(ChangedReply, match=r"tickers .*delisted_utc"):
        massive.tickers()


@pytest.mark.parametrize("depth", [480, 5_000], ids=["too deep for one decoder", "for both"])
def test_a_reply_nested_beyond_reading_is_refused(
    massive: Massive, vendor: ScriptedVendor, depth: int
) -> None:
    # NaN, which only the lenient decoder reads.
    deep = b'{"a":NaN,"b":' + b"[" * depth + b"]" * depth + b',"results":[]}'
    vendor.say(Reply(deep))
    with pytest.raises(ChangedReply, match="nested more deeply than can be read"):
        massive.splits()
    vendor.say(Reply(deep, 418))
    with pytest.raises(VendorRefused, match="status 418"):
        massive.splits()


def test_a_field_whose_name_is_no_text_is_passed_over(
    massive: Massive, vendor: ScriptedVendor
) -> None:
    vendor.say(Reply(b'{"\xff":NaN,"results":[{"ticker":"A","\xfe":1}]}'))
    assert [listed.ticker for listed in massive.tickers()] == ["A"]
