from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest

from technic_pipeline.sources import SessionBars

SESSION = date(2016, 1, 4)


def _bars(*tickers: str | None) -> SessionBars:
    ones = np.ones(len(tickers))
    return SessionBars(
        session=SESSION,
        source="flatfiles",
        payload_sha256="",
        fetched_at=datetime(2016, 1, 5, tzinfo=UTC),
        ticker=pa.array(tickers, pa.string()),
        day=np.full(len(tickers), SESSION, dtype="datetime64[D]"),
        **dict.fromkeys(("open", "high", "low", "close", "volume", "vwap", "transactions"), ones),
    )


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("A\0", "B"), ("A", "\0B"), "a zero byte moves from one ticker to the next"),
        (("A\0",), ("A",), "a zero byte at the end"),
        ((None,), ("None",), "a missing ticker is no text"),
        ((None,), ("",), "nor an empty one"),
        (("AB", "C"), ("A", "BC"), "a letter moves"),
    ],
)
def test_other_tickers_have_another_digest(
    one: tuple[str | None, ...], other: tuple[str | None, ...], reason: str
) -> None:
    assert _bars(*one).content_sha256() != _bars(*other).content_sha256(), reason


def test_rows_that_differ_in_their_day_alone_have_one_digest_in_any_order() -> None:
    days = np.array(["2016-01-04", "2016-01-05"], dtype="datetime64[D]")
    bars = replace(_bars("A", "A"), day=days)

    assert bars.content_sha256() == replace(bars, day=days[::-1]).content_sha256()
    assert bars.content_sha256() != _bars("A", "A").content_sha256()
