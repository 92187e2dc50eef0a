"""A session's payload becomes bars, once, whatever comes again and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
import sqlalchemy as sa
from contents import contents, query
from payloads import Row, payload

from technic_pipeline.errors import SourcesMixed
from technic_pipeline.store.ingest import IngestReport, ingest

SESSION = date(2015, 3, 20)
ROWS = [
    Row("A", volume=0.25, vwap=10.2, transactions=7.0),
    Row("BRK.B", 10.0, 10.0, 10.0, 10.0, volume=0.0),
    *(Row(ticker) for ticker in ("KIMpL", "NA", "NAN", "TRUE", "NULL")),
]


def test_a_first_load_stores_every_bar_as_it_arrived(store: sa.Engine) -> None:
    report = ingest(store, payload(SESSION, ROWS))
    assert report == IngestReport(SESSION, 1, rows=7, inserted=7)
    stored = query(
        store,
        "select ticker, open, high, low, close, volume, vwap, transactions, batch_id"
        " from daily_bars where session = '2015-03-20' order by symbol_id",
    )
    assert stored == [
        ("A", 10.0, 11.0, 9.0, 10.5, 0.25, 10.2, 7, 1),
        ("BRK.B", 10.0, 10.0, 10.0, 10.0, 0.0, None, None, 1),
        *(
            (word, 10.0, 11.0, 9.0, 10.5, 1000.0, None, None, 1)
            for word in ("KIMpL", "NA", "NAN", "NULL", "TRUE")
        ),
    ]


def test_a_first_load_says_which_symbols_bear_the_tickers_and_whose_indicators_must_follow(
    store: sa.Engine,
) -> None:
    ingest(store, payload(SESSION, ROWS))
    borne = query(
        store,
        "select b.ticker, s.ticker, t.ticker, t.valid_from = '0001-01-01',"
        " t.valid_to = '9999-12-31' from daily_bars b"
        " join symbols s using (symbol_id) join symbol_tickers t using (symbol_id) order by 1",
    )
    assert borne == [(t, t, t, True, True) for t in sorted(row.ticker or "" for row in ROWS)]
    pending = "select symbol_id, from_session, batch_id from pending_changes order by 1"
    bars = "select symbol_id, session, batch_id from daily_bars order by 1"
    assert query(store, pending) == query(store, bars)


def test_a_batch_records_what_it_was_made_from_and_what_it_did(store: sa.Engine) -> None:
    bars = payload(SESSION, [*ROWS, Row("ZVZZT")])
    ingest(store, bars)
    ((batch, moment),) = query(
        store,
        "select (batch_id, session, source, payload_sha256, content_sha256, rows, inserted,"
        " revised, removed, rejected)::text, committed_at > fetched_at from ingest_batches",
    )
    hashes = f"{bars.payload_sha256},{bars.content_sha256()}"
    assert batch == f"(1,2015-03-20,flatfiles,{hashes},8,7,0,0,1)"
    assert moment


@pytest.mark.parametrize(
    ("again", "why"),
    [
        (ROWS, "equal in every byte"),
        (ROWS[::-1], "in another order"),
    ],
)
def test_the_same_content_again_changes_nothing_in_any_table(
    store: sa.Engine, again: list[Row], why: str
) -> None:
    ingest(store, payload(SESSION, [*ROWS, Row("ZVZZT")]))
    before = contents(store)
    other_bytes = replace(payload(SESSION, [Row("ZVZZT"), *again]), payload_sha256="1" * 64)
    report = ingest(store, other_bytes)
    assert report.batch_id is None, why
    assert report.changed == 0, why
    assert contents(store) == before, why


def test_what_comes_back_after_a_revision_is_a_revision_again(store: sa.Engine) -> None:
    first, other = payload(SESSION, [Row("A")]), payload(SESSION, [Row("A", close=10.6)])
    reports = [ingest(store, bars) for bars in (first, other, first)]
    assert [report.revised for report in reports] == [0, 1, 1]
    assert query(store, "select close, batch_id from daily_bars") == [(10.5, 3)]


def test_the_content_of_one_session_says_nothing_of_another(store: sa.Engine) -> None:
    ingest(store, payload(SESSION, ROWS))
    report = ingest(store, payload(date(2015, 3, 23), ROWS))
    assert report.inserted == len(ROWS)


ARRIVALS = {
    date(2015, 3, 20): ["A", "B", "NA"],
    date(2015, 3, 23): ["NA", "C"],
    date(2016, 1, 4): ["D", "B", "A"],
}


@pytest.mark.parametrize(
    "order", [*permutations(ARRIVALS)], ids=lambda days: ",".join(map(str, days))
)
def test_a_ticker_keeps_its_symbol_in_whatever_order_sessions_arrive(
    store: sa.Engine, order: tuple[date, ...]
) -> None:
    for day in order:
        ingest(store, payload(day, [Row(ticker) for ticker in ARRIVALS[day]]))
    assert query(store, "select count(*) from symbols") == [(5,)]
    borne = query(
        store,
        "select b.ticker, array_agg(session order by session), count(distinct symbol_id)"
        " from daily_bars b join symbols s using (symbol_id)"
        " where b.ticker = s.ticker group by 1 order by 1",
    )
    assert borne == [
        (ticker, [day for day in sorted(ARRIVALS) if ticker in ARRIVALS[day]], 1)
        for ticker in ("A", "B", "C", "D", "NA")
    ]


@pytest.mark.parametrize(
    ("stored", "asked"), [("flatfiles", "simulated"), ("simulated", "flatfiles")]
)
def test_simulated_and_real_bars_never_mix(store: sa.Engine, stored: str, asked: str) -> None:
    ingest(store, payload(SESSION, ROWS, stored))
    before = contents(store)
    for day in (SESSION, date(2015, 3, 23)):
        with pytest.raises(SourcesMixed, match=f"'{stored}' and the source is now '{asked}'"):
            ingest(store, payload(day, ROWS, asked))
    assert contents(store) == before


def test_two_real_sources_may_follow_each_other(store: sa.Engine) -> None:
    ingest(store, payload(SESSION, ROWS, "flatfiles"))
    assert ingest(store, payload(date(2015, 3, 23), ROWS, "massive")).inserted == len(ROWS)
    # The same bars by another way are the same bars.
    assert ingest(store, payload(SESSION, ROWS, "massive")).batch_id is None
