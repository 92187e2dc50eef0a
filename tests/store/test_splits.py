"""Splits as they are known today, what was known before, and whose indicators must follow."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from math import inf, nan

import pytest
import sqlalchemy as sa
from contents import contents, query
from payloads import Row, payload

from technic_pipeline.errors import TooManyWithdrawals
from technic_pipeline.sources import Split
from technic_pipeline.store.corporate_actions import SplitsReport, judge_splits, record_splits
from technic_pipeline.store.ingest import ingest

SESSIONS = [date(2015, 3, 19), date(2015, 3, 20), date(2015, 3, 24), date(2015, 3, 25)]
DAY = date(2015, 3, 23)
# The first bar on or after that day.
FIRST_AFTER = SESSIONS[2]
HALVED = Split("A", DAY, 1.0, 2.0, "one")
KNOWN = (
    "select ticker, execution_date, split_from, split_to, source_id, known_to is not null"
    " from splits join symbols using (symbol_id) order by ticker, execution_date, split_from"
)
PENDING = (
    "select ticker, from_session, batch_id from pending_changes join symbols using (symbol_id)"
    " order by 1"
)


@pytest.fixture
def traded(store: sa.Engine) -> sa.Engine:
    """A and B have traded on four sessions, and no change is pending."""
    for day in SESSIONS:
        ingest(store, payload(day, [Row("A"), Row("B")]))
    follow(store)
    return store


def follow(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("delete from pending_changes"))


@pytest.mark.parametrize(
    ("listed", "accepted", "why"),
    [
        ([HALVED], [HALVED], "one split"),
        ([HALVED, HALVED], [HALVED], "the same record twice"),
        ([Split("A", DAY, 2.0, 4.0), HALVED], [HALVED], "2:4 is 1:2"),
        ([Split("A", DAY, 1.0, 2.0, "two"), HALVED], [HALVED], "equal but for the id"),
        (
            [Split("A", DAY, 2.0, 6.0), Split("A", DAY, 1.0, 3.0)],
            [Split("A", DAY, 1.0, 3.0)],
            "1/3",
        ),
        (
            [HALVED, Split("A", FIRST_AFTER, 1.0, 2.0)],
            [HALVED, Split("A", FIRST_AFTER, 1.0, 2.0)],
            "two successive splits",
        ),
        (
            [HALVED, Split("a", DAY, 10.0, 1.0)],
            [HALVED, Split("a", DAY, 10.0, 1.0)],
            "case makes another ticker",
        ),
        ([], [], "no split at all"),
    ],
)
def test_equal_records_collapse_in_whatever_order_they_come(
    listed: list[Split], accepted: list[Split], why: str
) -> None:
    for order in permutations(listed):
        used, rejected = judge_splits(order)
        assert sorted(used, key=repr) == sorted(accepted, key=repr), why
        assert rejected == {}, why


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Split("A", DAY, 1.0, 3.0), "a half or a third?"),
        (Split("A", DAY, 2.0, 1.0), "there or back?"),
        (Split("A", DAY, 1.0, 1.0), "any at all?"),
    ],
)
def test_of_records_that_contradict_each_other_none_is_used(other: Split, why: str) -> None:
    elsewhere = Split("B", DAY, 1.0, 2.0)
    accepted, rejected = judge_splits([HALVED, other, Split("A", DAY, 2.0, 4.0), elsewhere])
    assert accepted == [elsewhere], why
    assert rejected == dict.fromkeys(
        [HALVED, other, Split("A", DAY, 2.0, 4.0)], "conflicting_ratios"
    ), why


@pytest.mark.parametrize(
    ("split_from", "split_to"),
    [(0.0, 1.0), (1.0, 0.0), (-1.0, 2.0), (1.0, -2.0), (nan, 1.0), (1.0, nan), (inf, 1.0)],
)
def test_a_ratio_that_is_none_is_rejected_and_contradicts_nobody(
    split_from: float, split_to: float
) -> None:
    bad = Split("A", DAY, split_from, split_to)
    assert judge_splits([bad, HALVED]) == ([HALVED], {bad: "bad_ratio"})


def test_a_new_split_is_recorded_and_the_bars_from_its_first_on_must_follow(
    traded: sa.Engine,
) -> None:
    assert record_splits(traded, [HALVED]) == SplitsReport(1, 0, added=1, withdrawn=0, rejected=0)
    assert query(traded, KNOWN) == [("A", DAY, 1.0, 2.0, "one", False)]
    assert query(traded, PENDING) == [("A", FIRST_AFTER, None)]


def test_the_same_list_again_changes_nothing(traded: sa.Engine) -> None:
    conflict = [Split("B", DAY, 1.0, 2.0), Split("B", DAY, 1.0, 3.0)]
    listed = [HALVED, Split("A", DAY, 2.0, 4.0), *conflict, Split("B", DAY, 0.0, 3.0)]
    record_splits(traded, listed)
    before = contents(traded)
    for again in (listed, listed[::-1]):
        assert record_splits(traded, again) == SplitsReport(5, 0, 0, 0, rejected=3)
        assert contents(traded) == before


def test_a_withdrawn_split_ends_and_what_it_touched_must_follow(traded: sa.Engine) -> None:
    other = Split("B", SESSIONS[0], 1.0, 3.0)
    record_splits(traded, [HALVED, other])
    follow(traded)
    assert record_splits(traded, [other]) == SplitsReport(1, 0, added=0, withdrawn=1, rejected=0)
    assert query(traded, KNOWN) == [
        ("A", DAY, 1.0, 2.0, "one", True),
        ("B", SESSIONS[0], 1.0, 3.0, None, False),
    ]
    assert query(traded, PENDING) == [("A", FIRST_AFTER, None)]
    ended = "select known_to > known_from from splits where known_to is not null"
    assert query(traded, ended) == [(True,)]
    # Known again: a new row, because it was not known in between.
    assert record_splits(traded, [HALVED, other]).added == 1
    assert query(traded, "select count(*), count(known_to) from splits") == [(3, 1)]


@pytest.mark.parametrize(
    ("corrected", "from_session", "why"),
    [
        (Split("A", DAY, 1.0, 3.0), FIRST_AFTER, "another ratio"),
        (Split("A", SESSIONS[1], 1.0, 2.0), SESSIONS[1], "an earlier day"),
        (Split("A", SESSIONS[3], 1.0, 2.0), FIRST_AFTER, "a later day: from the old one on"),
    ],
)
def test_a_corrected_split_restates_from_the_earlier_of_both_days(
    traded: sa.Engine, corrected: Split, from_session: date, why: str
) -> None:
    record_splits(traded, [HALVED])
    follow(traded)
    report = record_splits(traded, [corrected])
    assert (report.added, report.withdrawn) == (1, 1), why
    assert query(traded, PENDING) == [("A", from_session, None)], why


def test_a_split_of_the_future_waits_for_its_first_bar(traded: sa.Engine) -> None:
    announced = Split("A", date(2015, 4, 1), 1.0, 2.0)
    assert record_splits(traded, [announced]).added == 1
    assert query(traded, PENDING) == []
    ingest(traded, payload(date(2015, 4, 1), [Row("A"), Row("B")]))
    assert query(traded, PENDING) == [("A", date(2015, 4, 1), 5), ("B", date(2015, 4, 1), 5)]


def test_a_split_of_a_ticker_that_never_traded_here_is_resolved_when_it_does(
    traded: sa.Engine,
) -> None:
    listed = [HALVED, Split("C", DAY, 1.0, 2.0)]
    assert record_splits(traded, listed) == SplitsReport(
        2, unresolved=1, added=1, withdrawn=0, rejected=0
    )
    follow(traded)
    ingest(traded, payload(date(2015, 3, 26), [Row("C")]))
    follow(traded)
    assert record_splits(traded, listed) == SplitsReport(2, 0, added=1, withdrawn=0, rejected=0)
    assert query(traded, PENDING) == [("C", date(2015, 3, 26), None)]


def test_a_rejected_split_is_recorded_once_with_its_reason(traded: sa.Engine) -> None:
    conflict = [HALVED, Split("A", DAY, 1.0, 3.0), Split("B", DAY, nan, 3.0)]
    for _ in range(2):
        assert record_splits(traded, conflict).rejected == 3
    kept = "select ticker, execution_date, split_from::text, split_to, reason from rejected_splits"
    assert query(traded, f"{kept} order by 1, 4") == [
        ("A", DAY, "1", 2.0, "conflicting_ratios"),
        ("A", DAY, "1", 3.0, "conflicting_ratios"),
        ("B", DAY, "NaN", 3.0, "bad_ratio"),
    ]
    assert query(traded, PENDING) == []


def test_a_split_that_comes_to_be_contradicted_is_no_longer_known(traded: sa.Engine) -> None:
    record_splits(traded, [HALVED])
    report = record_splits(traded, [HALVED, Split("A", DAY, 1.0, 3.0)])
    assert (report.added, report.withdrawn, report.rejected) == (0, 1, 2)


def test_a_list_from_some_day_on_withdraws_nothing_before_that_day(traded: sa.Engine) -> None:
    old, late = Split("A", SESSIONS[1], 1.0, 3.0), Split("B", DAY, 1.0, 2.0)
    record_splits(traded, [old, late])
    follow(traded)
    assert record_splits(traded, [], since=DAY).withdrawn == 1
    assert query(traded, KNOWN) == [
        ("A", SESSIONS[1], 1.0, 3.0, None, False),
        ("B", DAY, 1.0, 2.0, None, True),
    ]
    assert query(traded, PENDING) == [("B", FIRST_AFTER, None)]


def test_a_list_that_was_cut_off_is_refused_whole_until_someone_confirms_it(
    traded: sa.Engine,
) -> None:
    many = [Split("A", date(2015, 3, day), 1.0, 2.0) for day in range(1, 16)]
    record_splits(traded, many)
    before = contents(traded)
    with pytest.raises(TooManyWithdrawals, match=r"lacks 11 of the 15 .* --confirm-removals"):
        record_splits(traded, [*many[:4], HALVED])
    assert contents(traded) == before
    assert record_splits(traded, many[:5]).withdrawn == 10
    assert record_splits(traded, [], confirm_removals=True).withdrawn == 5
