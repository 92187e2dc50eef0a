"""What changed since the session before: who came, who left and why, and who is rated otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from asking import asked, told

from technic_pipeline.report.content import Changes, Departure, Relabelling, Report
from technic_pipeline.report.reading import read_report
from technic_pipeline.report.versions import read_versions
from technic_pipeline.sessions import Calendar

GONE = """
select b.ticker, b.rank, coalesce(e.reason, '') as reason
from scan_current b
left join scan_exclusions e on e.symbol_id = b.symbol_id and e.scan_run_id = %s
where b.scan = 'swing' and b.session = %s
  and b.symbol_id not in (select symbol_id from scan_latest where scan = 'swing')
order by b.rank
"""


def changes_of(url: str, calendar: Calendar, days: list[date]) -> Changes:
    """Those of the default scan in the newest session."""
    report = read_report(url, days[-1], calendar, read_versions(url, days[-1]))
    assert report.scans[0].changes
    return report.scans[0].changes


def test_who_left_is_named_with_the_reason_and_the_rank_it_had(
    url: str, calendar: Calendar, days: list[date], report: Report
) -> None:
    changes = changes_of(url, calendar, days)
    gone = asked(url, GONE, report.scans[0].scan_run_id, days[-2])
    assert [(d.ticker, d.previous_rank, d.reason) for d in changes.left] == [
        (row["ticker"], row["rank"], row["reason"]) for row in gone
    ]
    assert {(d.ticker, d.reason) for d in changes.left} == {
        ("CHEAP", "price"),
        ("ABSENT", "no_bar"),
    }
    assert changes.since == days[-2]


def test_who_entered_has_no_rank_of_the_session_before(report: Report) -> None:
    table = report.scans[0].table
    new = report.securities["ticker"].take(table.security[table.previous_rank == 0]).to_pylist()
    assert sorted(new) == ["GAPS", "NEW"]


def test_who_left_without_a_reason_is_no_part_of_the_population(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    told(url, "update scan_exclusion_lists set symbol_ids = '{}', reasons = '{}'")
    left = changes_of(url, calendar, days).left
    assert {(d.ticker, d.reason) for d in left} == {("CHEAP", ""), ("ABSENT", "")}


def test_a_scan_that_ranks_nobody_any_more_names_everyone_it_had(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    """A run of nobody is the run that follows; its table has no row to compare."""
    told(
        url,
        "update scan_runs set previous_scan_run_id = (select scan_run_id from scan_runs"
        " where scan = 'swing' and session = %s) where scan = 'nobody' and session = %s",
        days[-2],
        days[-1],
    )
    report = read_report(url, days[-1], calendar, read_versions(url, days[-1]))
    changes = report.scans[-1].changes
    assert changes is not None
    before = "select count(*) from scan_current where scan = 'swing' and session = %s"
    assert len(changes.left) == asked(url, before, days[-2])[0]["count"] == 11
    assert changes.relabelled == ()


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        pytest.param("Buy", "Strong Buy", [("Buy", "Strong Buy")], id="raised"),
        pytest.param("Buy", "Sell", [("Buy", "Sell")], id="lowered"),
        pytest.param("Buy", "Buy", [], id="the same"),
        pytest.param(None, "Buy", [], id="not rated before"),
        pytest.param("Buy", None, [], id="not rated any more"),
    ],
)
def test_a_label_counts_as_changed_if_there_was_another(
    url: str, calendar: Calendar, days: list[date], before: str, now: str, said: list
) -> None:
    told(url, "update scan_results set rating_label = null")
    for label, day in ((before, days[-2]), (now, days[-1])):
        told(
            url,
            "update scan_results set rating_label = %s where ticker = 'T4' and session = %s",
            label,
            day,
        )
    found = changes_of(url, calendar, days).relabelled
    rank = asked(url, "select rank from scan_latest where scan = 'swing' and ticker = 'T4'")
    assert list(found) == [Relabelling(rank[0]["rank"], *labels) for labels in said]


def test_relabelled_ones_stand_in_the_order_of_their_ranks(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    told(url, "update scan_results set rating_label = 'Sell' where session = %s", days[-2])
    told(url, "update scan_results set rating_label = 'Buy' where session = %s", days[-1])
    ranks = [label.rank for label in changes_of(url, calendar, days).relabelled]
    stayed = "select rank from scan_latest where scan = 'swing' and previous_rank > 0 order by rank"
    assert ranks == [row["rank"] for row in asked(url, stayed)]


def test_a_departure_bears_the_name_that_it_had(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    told(url, "update scan_results set name = 'Cheap & Co' where ticker = 'CHEAP'")
    left = changes_of(url, calendar, days).left
    assert next(d for d in left if d.ticker == "CHEAP").name == "Cheap & Co"
    assert Departure("ABSENT", "", _rank(url, days[-2]), "no_bar") in left


def _rank(url: str, session: date) -> int:
    query = "select rank from scan_current where scan='swing' and ticker='ABSENT' and session=%s"
    return asked(url, query, session)[0]["rank"]
