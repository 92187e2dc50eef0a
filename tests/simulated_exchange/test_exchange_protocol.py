"""The exchange speaks the vendor's protocol, traps included; a plain client asks it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from conftest import NOW, TODAY  # type: ignore[import-not-found]

from technic_pipeline.sessions import Calendar
from technic_pipeline.simulated_exchange import SimulatedExchange
from technic_pipeline.sources.massive.source import Massive
from technic_pipeline.sources.simulated import SimulatedMarket

GROUPED = "/v2/aggs/grouped/locale/us/market/stocks/"
RAW = "?adjusted=false&include_otc=false"


def ask(address: str, path: str, key: str | None = "simulated-key") -> tuple[int, dict, bytes]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with urlopen(Request(address + path, headers=headers), timeout=10) as reply:  # noqa: S310
            body = reply.read()
            return reply.status, json.loads(body), body
    except HTTPError as refused:
        body = refused.read()
        return refused.code, json.loads(body), body


def test_a_session_comes_as_the_market_traded_it(
    exchange: SimulatedExchange, massive: Massive, calendar: Calendar
) -> None:
    for session in calendar.between(TODAY - timedelta(days=20), TODAY):
        bars = massive.bars(session)
        assert bars.content_sha256() == exchange.market.bars(session).content_sha256()
        assert set(bars.day.tolist()) == {session}


def test_a_reply_has_the_vendors_fields_and_an_id_of_its_own(address: str) -> None:
    _, first, _ = ask(address, f"{GROUPED}{TODAY}{RAW}")
    _, second, body = ask(address, f"{GROUPED}{TODAY}{RAW}")
    assert {"queryCount", "resultsCount", "adjusted", "results", "status"} <= set(first)
    assert first.pop("request_id") != second.pop("request_id")
    assert first == second
    assert first["resultsCount"] == len(first["results"])
    assert set(first["results"][0]) == {"T", "o", "h", "l", "c", "v", "vw", "n", "t"}
    # 16:00 in New York.
    assert first["results"][0]["t"] == datetime(2025, 11, 26, 21, tzinfo=UTC).timestamp() * 1000
    assert b"e+06" in body or b"e+07" in body


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 11, 22), "Saturday"),
        (date(2025, 11, 23), "Sunday"),
        (date(2025, 9, 1), "Labor Day"),
    ],
)
def test_a_closed_day_is_answered_with_no_rows(address: str, day: date, why: str) -> None:
    status, reply, _ = ask(address, f"{GROUPED}{day}{RAW}")
    assert (status, reply["resultsCount"], reply.get("results") or []) == (200, 0, []), why


@pytest.mark.parametrize(
    ("path", "key", "status", "said"),
    [
        (f"{GROUPED}{TODAY}{RAW}", "wrong", 401, "Unknown API Key"),
        (f"{GROUPED}{TODAY}{RAW}", None, 401, "Unknown API Key"),
        (f"{GROUPED}2025-11-28{RAW}", "simulated-key", 403, "before end of day"),
        (f"{GROUPED}2020-01-02{RAW}", "simulated-key", 403, "timeframe"),
        (f"{GROUPED}tomorrow{RAW}", "simulated-key", 400, "tomorrow"),
        ("/v3/reference/tickers/NOBODY", "simulated-key", 404, "not found"),
        ("/vX/reference/tickers/NOBODY/events", "simulated-key", 404, "not found"),
        ("/v9/unheard/of", "simulated-key", 404, "no endpoint"),
    ],
)
def test_what_cannot_be_had_is_refused_in_the_vendors_words(
    address: str, path: str, key: str | None, status: int, said: str
) -> None:
    found, reply, _ = ask(address, path, key)
    assert (found, reply["status"]) == (status, "ERROR")
    assert said in reply["error"]


def test_who_forgets_to_ask_for_raw_bars_gets_adjusted_ones(
    calendar: Calendar, address: str, exchange: SimulatedExchange
) -> None:
    split = next(
        s
        for s in exchange.market.splits(exchange.oldest + timedelta(days=2))
        if s.execution_date <= TODAY
    )
    before = calendar.before(split.execution_date, 1)
    rows = {
        adjusted: next(r for r in ask(address, f"{GROUPED}{before}{query}")[1]["results"]
                       if r["T"] == split.ticker)
        for adjusted, query in ((True, ""), (False, RAW))
    }  # fmt: skip
    ratio = split.split_from / split.split_to
    assert rows[True]["c"] == pytest.approx(rows[False]["c"] * ratio)
    assert rows[True]["v"] == pytest.approx(rows[False]["v"] / ratio)


def test_lists_come_page_by_page_and_whole(address: str, exchange: SimulatedExchange) -> None:
    path: str = "/v3/reference/tickers?active=true&limit=100"
    found: list[str] = []
    while path:
        _, page, _ = ask(address, path)
        assert len(page["results"]) <= 100
        found += [record["ticker"] for record in page["results"]]
        path = page.get("next_url", "").removeprefix(address)
    active = [one.ticker for one in exchange.listed() if one.active]
    assert found == sorted(active)
    assert len(set(found)) == len(found) > 200


def test_a_day_later_there_is_a_session_more_and_the_one_before_is_corrected(
    exchange: SimulatedExchange, massive: Massive
) -> None:
    before = massive.bars(TODAY)
    # Friday after Thanksgiving, which closes at 13:00.
    exchange.now = NOW + timedelta(days=2)
    after, newest = massive.bars(TODAY), massive.bars(date(2025, 11, 28))
    assert before.ticker.equals(after.ticker)
    changed = np.sum(before.volume != after.volume)
    assert 0 < changed < 20
    assert len(newest) > 200


def test_the_market_is_the_one_that_can_be_opened_without_the_exchange(
    exchange: SimulatedExchange, calendar: Calendar
) -> None:
    market = SimulatedMarket(300, 250, 1, calendar, TODAY)
    assert market.bars(TODAY).content_sha256() == exchange.market.bars(TODAY).content_sha256()


def test_a_plan_without_ratios_is_refused_them(calendar: Calendar) -> None:
    from technic_pipeline.simulated_exchange import serve  # noqa: PLC0415

    poor = SimulatedExchange(calendar, symbols=50, sessions=10, now=NOW, with_ratios=False)
    with serve(poor) as address:
        status, reply, _ = ask(address, "/stocks/financials/v1/ratios")
    assert (status, "not entitled" in reply["error"]) == (403, True)


def test_more_calls_than_the_plan_allows_are_refused(calendar: Calendar) -> None:
    from technic_pipeline.simulated_exchange import serve  # noqa: PLC0415

    slow = SimulatedExchange(calendar, symbols=50, sessions=10, now=NOW, calls_a_minute=5)
    with serve(slow) as address:
        found = [ask(address, f"{GROUPED}{TODAY}{RAW}")[0] for _ in range(7)]
    assert found == [200] * 5 + [429] * 2
