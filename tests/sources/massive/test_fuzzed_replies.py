"""Whatever the vendor sends, it is read as what it is, or refused by its endpoint's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import mutated_json, tried_often
from pydantic import SecretStr
from scripted_vendor import KEY, SPLIT
from test_massive_lists import AAPL, DETAILS, META
from vendor_waits import Waits

from technic_pipeline.errors import TechnicError, TickerNotListed, VendorError
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.descriptions import fetch_descriptions, fetch_details
from technic_pipeline.sources.massive.events import fetch_events
from technic_pipeline.sources.massive.grouped import fetch_session
from technic_pipeline.sources.massive.plans import ADVANCED
from technic_pipeline.sources.massive.ratios import fetch_ratios
from technic_pipeline.sources.massive.splits import fetch_splits
from technic_pipeline.store.validation import judge

HOST = "https://api.massive.com"
SESSION = date(2023, 1, 9)
BARS = {
    "adjusted": False,
    "queryCount": 2,
    "results": [
        {"T": "TTMI", "v": 394280, "vw": 16.1078, "o": 15.96, "c": 16.08, "h": 16.335, "l": 15.96,
         "t": 1673298000000, "n": 5416},
        {"T": "BRK.B", "v": 3.5e6, "o": 310, "c": 311, "h": 312.5, "l": 309, "t": 1673298000000},
    ],
    "status": "OK",
}  # fmt: skip
RATIOS = {"ticker": "AAPL", "date": "2026-11-20", "price_to_earnings": 33.1, "cash": 0.2}


def paged(result: Any) -> Mapping[str, Any]:
    return {"status": "OK", "results": [result], "next_url": f"{HOST}/next?cursor=a"}


CALLS: dict[str, tuple[Callable[[Connection], Any], Any]] = {
    "grouped daily": (lambda c: judge(fetch_session(c, SESSION)), BARS),
    "splits": (lambda c: fetch_splits(c, SESSION), paged(SPLIT)),
    "tickers": (fetch_descriptions, paged(AAPL)),
    "details": (lambda c: fetch_details(c, "AAPL"), {"status": "OK", "results": DETAILS}),
    "events": (lambda c: fetch_events(c, "META"), {"status": "OK", "results": META}),
    "ratios": (fetch_ratios, paged(RATIOS)),
}


class Told(Connection):
    """A connection over which one reply comes to whatever is asked."""

    def __init__(self, reply: bytes) -> None:
        super().__init__(HOST, SecretStr(KEY), ADVANCED, clock=Waits().clock)
        self._reply = reply

    def _ask(self, *_: object) -> bytes:
        return self._reply


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
@tried_often
def test_a_damaged_reply_is_read_or_refused(name: str, data: st.DataObject) -> None:
    fetch, reply = CALLS[name]
    opened = Told(data.draw(mutated_json(reply)))
    try:
        fetch(opened)
    except (VendorError, TickerNotListed) as refused:
        assert isinstance(refused, TechnicError)
        assert "\n" not in str(refused)
    finally:
        opened.close()
