"""Rows that are no bars: recorded with their reason, and without effect on the bars."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import pytest
import sqlalchemy as sa
from contents import contents, query
from payloads import Row, payload

from technic_pipeline.errors import NoUsableBars
from technic_pipeline.store.ingest import ingest

SESSION = date(2015, 3, 20)
GOOD = [Row("A"), Row("B"), Row("C")]


def test_every_rejected_row_is_recorded_with_its_reason_and_its_values(store: sa.Engine) -> None:
    rejected = [
        Row("ZVZZT"),
        Row("D", close=nan, vwap=1.5),
        Row("E", high=inf, day=date(2015, 3, 19)),
        Row("A"),
    ]
    report = ingest(store, payload(SESSION, [*GOOD, *rejected]))
    assert report.rejected == {
        "test_symbol": 1,
        "price_not_finite": 1,
        "wrong_session": 1,
        "repeated_row": 1,
    }
    kept = query(
        store,
        "select ticker, reason, row ->> 'day', row ->> 'high', row ->> 'close', row ->> 'vwap'"
        " from rejected_bars where batch_id = 1 order by ticker",
    )
    assert kept == [
        ("A", "repeated_row", "2015-03-20", "11.0", "10.5", "nan"),
        ("D", "price_not_finite", "2015-03-20", "11.0", "nan", "1.5"),
        ("E", "wrong_session", "2015-03-19", "inf", "10.5", "nan"),
        ("ZVZZT", "test_symbol", "2015-03-20", "11.0", "10.5", "nan"),
    ]


@pytest.mark.parametrize(
    ("ticker", "recorded", "why"),
    [
        ("A\0B", r"A\x00B", "PostgreSQL's text holds no zero byte"),
        ("\0", r"\x00", "nor one alone"),
        ("\x1b[2J", r"\x1b[2J", "a terminal would obey it"),
        ("A B", "A B", "what can be printed stays"),
        ("\u00c4", "\u00c4", "in whatever script"),
        ("\\xff", r"\xff", "what the source wrote out already"),
        ("", "", "no ticker"),
        (None, "", "no ticker at all"),
    ],
)
def test_a_malformed_ticker_is_recorded_in_a_form_that_can_be_read(
    store: sa.Engine, ticker: str | None, recorded: str, why: str
) -> None:
    report = ingest(store, payload(SESSION, [*GOOD, Row(ticker)]))
    assert report.inserted == 3, why
    rows = query(store, "select ticker, reason from rejected_bars")
    assert rows == [(recorded, "malformed_ticker")], why


def test_stored_and_rejected_rows_are_all_rows(store: sa.Engine) -> None:
    rows = [*GOOD, Row("D"), Row("D", close=10.6), Row("A"), Row("E", volume=-1.0), Row("\0")]
    report = ingest(store, payload(SESSION, rows))
    counted = query(
        store,
        "select rows, (select count(*) from daily_bars d where d.batch_id = b.batch_id),"
        " rejected, (select count(*) from rejected_bars r where r.batch_id = b.batch_id)"
        " from ingest_batches b",
    )
    assert counted == [(8, 3, 5, 5)]
    assert report.rows == report.inserted + sum(report.rejected.values())
    assert report.rejected["conflicting_duplicate"] == 2


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([Row("A", close=nan)], "no price"),
        ([Row("A", day=date(2015, 3, 19))], "yesterday's row"),
        ([Row("A", close=10.6), Row("A", close=10.7)], "two that contradict each other"),
        ([Row("A", close=10.6, volume=-1.0)], "a wrong volume"),
    ],
)
def test_a_rejected_row_neither_replaces_nor_removes_the_bar_that_is_there(
    store: sa.Engine, rows: list[Row], why: str
) -> None:
    ingest(store, payload(SESSION, GOOD))
    before = contents(store)
    report = ingest(store, payload(SESSION, [*rows, *GOOD[1:]]))
    assert report.batch_id == 2, why
    assert report.changed == 0, why
    after = contents(store)
    for table in ("daily_bars", "bar_revisions", "pending_changes", "symbols", "symbol_tickers"):
        assert after[table] == before[table], why


def test_a_row_that_was_rejected_is_stored_when_it_comes_right(store: sa.Engine) -> None:
    ingest(store, payload(SESSION, [*GOOD, Row("D", close=nan)]))
    assert query(store, "select ticker from symbols where ticker = 'D'") == []
    assert ingest(store, payload(SESSION, [*GOOD, Row("D")])).inserted == 1


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([Row("A", day=date(2015, 3, 19)), Row("B", day=date(2015, 3, 19))], "wrong_session"),
        ([Row("ZVZZT"), Row("A", close=nan), Row("B", close=nan)], "price_not_finite"),
        ([], "an empty payload"),
    ],
)
def test_a_payload_without_a_bar_is_refused_by_its_commonest_reason_and_nothing_is_written(
    store: sa.Engine, rows: list[Row], reason: str
) -> None:
    ingest(store, payload(SESSION, GOOD))
    before = contents(store)
    with pytest.raises(NoUsableBars, match=f"none of the {len(rows)} rows .* {reason}"):
        ingest(store, payload(SESSION, rows))
    assert contents(store) == before
