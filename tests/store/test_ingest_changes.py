"""A later payload of a session: revised values, vanished rows, and what is never replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import nan

import pytest
import sqlalchemy as sa
from contents import contents, query
from payloads import Row, payload

from technic_pipeline.errors import TooManyRemovals
from technic_pipeline.store.ingest import IngestReport, ingest

SESSION = date(2015, 3, 20)
HUNDRED = [Row(f"T{n:03}") for n in range(100)]
PENDING = (
    "select s.ticker, p.from_session, p.batch_id from pending_changes p"
    " join symbols s using (symbol_id) order by 1, 3"
)


@pytest.fixture
def loaded(store: sa.Engine) -> sa.Engine:
    """A session of a hundred bars, of which no change is pending."""
    ingest(store, payload(SESSION, HUNDRED))
    with store.begin() as connection:
        connection.execute(sa.text("delete from pending_changes"))
    return store


@pytest.mark.parametrize(
    ("revised", "why"),
    [
        (Row("T007", open=10.1), "open"),
        (Row("T007", high=12.0), "high"),
        (Row("T007", low=8.0), "low"),
        (Row("T007", close=10.6), "close"),
        (Row("T007", volume=1000.5), "volume, by half a share"),
    ],
)
def test_a_revised_value_replaces_the_old_one_which_is_kept(
    loaded: sa.Engine, revised: Row, why: str
) -> None:
    report = ingest(loaded, payload(SESSION, [revised, *HUNDRED[:7], *HUNDRED[8:]]))
    assert report == IngestReport(SESSION, 2, rows=100, revised=1), why
    bar = "(b.ticker, open, high, low, close, volume, vwap, transactions)::text"
    new = f"select {bar}, batch_id from daily_bars b where ticker = 'T007'"
    numbers = (revised.open, revised.high, revised.low, revised.close, revised.volume)
    assert query(loaded, new) == [(f"(T007,{','.join(f'{n:g}' for n in numbers)},,)", 2)], why
    old = f"select {bar}, session, batch_id, replaced_by, change from bar_revisions b"
    assert query(loaded, old) == [("(T007,10,11,9,10.5,1000,,)", SESSION, 1, 2, "revised")], why
    assert query(loaded, PENDING) == [("T007", SESSION, 2)], why
    untouched = "select count(*) from daily_bars where batch_id = 1"
    assert query(loaded, untouched) == [(99,)], why


@pytest.mark.parametrize("field", ["vwap", "transactions"])
def test_a_value_that_moves_no_indicator_is_revised_without_a_pending_change(
    loaded: sa.Engine, field: str
) -> None:
    for batch, number in ((2, 10.0), (3, 11.0)):
        rows = [replace(HUNDRED[0], **{field: number}), *HUNDRED[1:]]
        assert ingest(loaded, payload(SESSION, rows)).revised == 1
        stored = f"select {field}, batch_id from daily_bars where ticker = 'T000'"
        assert query(loaded, stored) == [(number, batch)]
    assert query(loaded, PENDING) == []
    kept = f"select {field}, batch_id, replaced_by from bar_revisions order by revision_id"
    assert query(loaded, kept) == [(None, 1, 2), (10.0, 2, 3)]


def test_a_missing_vwap_or_number_of_transactions_never_replaces_one(store: sa.Engine) -> None:
    ingest(store, payload(SESSION, [Row("A", vwap=10.2, transactions=7.0), Row("B")]))
    report = ingest(store, payload(SESSION, [Row("A"), Row("B")]))
    assert (report.batch_id, report.revised) == (2, 0)
    assert query(store, "select count(*) from bar_revisions") == [(0,)]
    report = ingest(store, payload(SESSION, [Row("A", close=10.6, vwap=nan), Row("B")]))
    assert report.revised == 1
    stored = "select close, vwap, transactions, batch_id from daily_bars where ticker = 'A'"
    assert query(store, stored) == [(10.6, 10.2, 7, 3)]


def test_a_row_that_came_late_is_inserted_among_the_others(loaded: sa.Engine) -> None:
    report = ingest(loaded, payload(SESSION, [*HUNDRED, Row("LATE")]))
    assert report == IngestReport(SESSION, 2, rows=101, inserted=1)
    assert query(loaded, PENDING) == [("LATE", SESSION, 2)]
    assert query(loaded, "select count(*) from bar_revisions") == [(0,)]


def test_a_vanished_row_is_removed_and_recorded(loaded: sa.Engine) -> None:
    report = ingest(loaded, payload(SESSION, HUNDRED[1:]))
    assert report == IngestReport(SESSION, 2, rows=99, removed=1)
    assert query(loaded, "select count(*), min(ticker) from daily_bars") == [(99, "T001")]
    kept = "select ticker, session, close, batch_id, replaced_by, change from bar_revisions"
    assert query(loaded, kept) == [("T000", SESSION, 10.5, 1, 2, "removed")]
    assert query(loaded, PENDING) == [("T000", SESSION, 2)]
    # Its symbol stays, for the day on which it comes back.
    assert ingest(loaded, payload(SESSION, HUNDRED)).inserted == 1
    assert query(loaded, "select count(*) from symbols") == [(100,)]


def test_more_removals_than_one_in_a_hundred_are_refused_and_nothing_changes(
    loaded: sa.Engine,
) -> None:
    before = contents(loaded)
    fewer = payload(SESSION, [Row("T002", close=10.6), *HUNDRED[3:], Row("NEW")])
    with pytest.raises(TooManyRemovals, match="lack 2 of the 100") as refusal:
        ingest(loaded, fewer)
    assert "--confirm-removals" in str(refusal.value)
    assert contents(loaded) == before
    report = ingest(loaded, fewer, confirm_removals=True)
    assert (report.inserted, report.revised, report.removed) == (1, 1, 2)


def test_only_the_stored_bars_of_the_session_itself_count_as_vanished(loaded: sa.Engine) -> None:
    report = ingest(loaded, payload(date(2015, 3, 23), HUNDRED[:3]))
    assert (report.inserted, report.removed) == (3, 0)


def test_the_counts_of_a_batch_are_those_of_its_report(loaded: sa.Engine) -> None:
    rows = [Row("T000", volume=1.0), *HUNDRED[1:99], Row("NEW"), Row("ZVZZT")]
    report = ingest(loaded, payload(SESSION, rows))
    assert report == IngestReport(SESSION, 2, 101, 1, 1, 1, {"test_symbol": 1})
    assert report.changed == 3
    counts = "select rows, inserted, revised, removed, rejected from ingest_batches"
    assert query(loaded, f"{counts} where batch_id = 2") == [(101, 1, 1, 1, 1)]
