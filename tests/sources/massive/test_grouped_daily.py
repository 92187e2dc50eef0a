"""A session's reply becomes columns as it was sent, and nothing else becomes a session."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from technic_pipeline.errors import ChangedReply, VendorUnavailable
from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.bars import NUMBERS
from technic_pipeline.sources.massive.grouped import read_payload, session_bars
from technic_pipeline.store.validation import judge

SESSION = date(2023, 1, 9)
STAMP = 1673298000000  # 16:00 in New York
ROW: dict[str, Any] = {
    **{"T": "TTMI", "v": 394280, "vw": 16.1078, "o": 15.96, "c": 16.08, "h": 16.335, "l": 15.96},
    **{"t": STAMP, "n": 5416},
}


def read(payload: bytes, session: date = SESSION) -> SessionBars:
    """The bars in a reply's bytes."""
    return session_bars(session, read_payload(payload))


def body(*rows: str, adjusted: str = "false") -> bytes:
    """A reply with these rows, as they are written."""
    return f'{{"adjusted":{adjusted},"results":[{",".join(rows)}],"status":"OK"}}'.encode()


def row(**changed: Any) -> str:
    """A good row with changed fields, without those that are None."""
    return json.dumps({n: v for n, v in {**ROW, **changed}.items() if v is not None})


def literal(field: str, text: str) -> str:
    """A good row with a field as it is written."""
    return row(**{field: "@"}).replace('"@"', text)


def test_a_row_is_read_field_by_field() -> None:
    payload = body(row())
    bars = read(payload)
    assert bars.ticker.to_pylist() == ["TTMI"]
    assert bars.day.tolist() == [SESSION]
    assert [getattr(bars, name)[0] for name in NUMBERS] == [
        *(15.96, 16.335, 15.96, 16.08),
        *(394280.0, 16.1078, 5416.0),
    ]
    assert (bars.session, bars.source) == (SESSION, "massive")
    assert bars.payload_sha256 == hashlib.sha256(payload).hexdigest()
    assert {getattr(bars, name).dtype for name in NUMBERS} == {np.dtype(np.float64)}


# How a volume may be written: what it is.
VOLUMES = {"1.437085e+06": 1437085.0, "3863635.4": 3863635.4, "0": 0.0, "12474": 12474.0}


@pytest.mark.parametrize(("text", "volume"), VOLUMES.items())
def test_a_volume_is_read_however_it_is_written(text: str, volume: float) -> None:
    assert read(body(literal("v", text))).volume.tolist() == [volume]


@pytest.mark.parametrize("field", ["n", "vw"])
def test_what_may_be_missing_is_nan_and_still_a_bar(field: str) -> None:
    bars = read(body(row(**{field: None}), literal(field, "null")))
    column = {"n": bars.transactions, "vw": bars.vwap}[field]
    assert np.isnan(column).all()
    assert set(judge(bars).reason.tolist()) <= {"", "repeated_row"}


# A literal that no strict JSON has, or no float64 holds: what becomes of the row.
LITERALS = {
    "NaN": ("o", "price_not_finite"),
    "Infinity": ("h", "price_not_finite"),
    "-Infinity": ("l", "price_not_finite"),
    "1e999": ("c", "price_not_finite"),
    "9" * 400: ("v", "bad_volume"),
    "null": ("o", "price_not_finite"),
}


@pytest.mark.parametrize(
    ("text", "field", "reason"), [(t, f, r) for t, (f, r) in LITERALS.items()], ids=range(6)
)
def test_a_number_that_is_none_costs_its_row_only(text: str, field: str, reason: str) -> None:
    bars = read(body(literal(field, text), row(T="A")))
    assert judge(bars).reason.tolist() == [reason, ""]


@pytest.mark.parametrize("field", ["o", "h", "l", "c"])
def test_a_row_without_a_price_is_left_to_be_rejected(field: str) -> None:
    bars = read(body(row(**{field: None}), row(T="A")))
    assert judge(bars).reason.tolist() == ["price_not_finite", ""]


# A time stamp: the session it belongs to, and what it is.
STAMPS = {
    "1673298000000": (SESSION, "16:00, the end of the window"),
    "1673240400000": (SESSION, "midnight, as other endpoints send it"),
    "1.673298e12": (SESSION, "in scientific notation"),
    "1673384400000": (date(2023, 1, 10), "of the day after"),
    "1e300": (None, "no time"),
    "null": (None, "absent"),
    "NaN": (None, "no number"),
}


@pytest.mark.parametrize(("text", "day"), [(text, day) for text, (day, _) in STAMPS.items()])
def test_a_row_claims_the_new_york_day_of_its_stamp(text: str, day: date | None) -> None:
    assert read(body(literal("t", text))).day.tolist() == [day]


# Tickers that readers of tables spoil, and that must arrive as they were sent.
TICKERS = ["NA", "NAN", "TRUE", "NULL", "null", "KIMpL", "BRK.B", "ABC.WS", "1E5", "007"]


def test_tickers_arrive_as_they_were_sent() -> None:
    bars = read(body(*(row(T=ticker) for ticker in TICKERS)))
    assert bars.ticker.to_pylist() == TICKERS
    assert judge(bars).reason.tolist() == [""] * len(TICKERS)


# Bytes within a ticker, as replies of April 2020 had them.
GARBAGE = {
    "an escaped zero byte": b"\\u0000HTLP",
    "a control character": b"\x01HTLP",
    "bytes that are no UTF-8": b"HTLP\xff\xfe",
    "a lone surrogate": b"\\ud800HTLP",
    "the replacement character": "HTLP\ufffd".encode(),
}


@pytest.mark.parametrize("ticker", GARBAGE.values(), ids=GARBAGE)
def test_a_garbage_ticker_costs_its_row_only(ticker: bytes) -> None:
    payload = body(row(T="@"), row(T="A")).replace(b"@", ticker)
    assert judge(read(payload)).reason.tolist() == ["malformed_ticker", ""]


def test_different_garbage_stays_different() -> None:
    payload = body(row(T="@"), row(T="#")).replace(b"@", b"A\xff").replace(b"#", b"A\xfe")
    assert len(set(read(payload).ticker.to_pylist())) == 2


def test_duplicates_are_kept_to_be_judged() -> None:
    bars = read(body(row(), row(), row(T="A"), row(T="A", c=16.0)))
    assert judge(bars).reason.tolist() == ["", "repeated_row", *["conflicting_duplicate"] * 2]


# A reply of another shape: what the refusal names.
CHANGED = {
    "results is no list": (b'{"adjusted":false,"results":{}}', "$.results"),
    "a row is no object": (body("[1]"), "$.results[0]"),
    "a ticker is a number": (body(row(), row(T=7)), "$.results[1].T"),
    "a ticker is missing": (body(row(T=None)), "`T`"),
    "a price is a text": (body(row(o="15.96")), "$.results[0].o"),
    "a list": (b"[]", "object"),
    "adjusted for splits": (body(row(), adjusted="true"), "$.adjusted"),
    "not said whether adjusted": (body(row(), adjusted="null"), "$.adjusted"),
}


@pytest.mark.parametrize(("payload", "place"), CHANGED.values(), ids=CHANGED)
def test_a_changed_reply_is_refused_with_the_place_of_the_change(
    payload: bytes, place: str
) -> None:
    with pytest.raises(ChangedReply, match="grouped daily") as refusal:
        read(payload)
    assert place in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize("end", range(0, len(body(row(), row())), 7))
def test_a_reply_cut_anywhere_is_no_reply(end: int) -> None:
    with pytest.raises(VendorUnavailable, match="breaks off"):
        read(body(row(), row())[:end])
