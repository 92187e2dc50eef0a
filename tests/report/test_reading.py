"""Every number of a report is one that SQL finds in the published tables."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from asking import asked, told
from made_up import ODD_NAME
from small_market import closes, load_session, publish_days

from technic_pipeline import clock
from technic_pipeline.report.content import Report, ScanPart
from technic_pipeline.report.reading import read_report
from technic_pipeline.report.versions import edition, newest_published, read_versions
from technic_pipeline.scan.publishing import Market
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for

RANKED = """
select symbol_id, ticker, coalesce(name, '') as name, sector, coalesce(industry, '') as industry,
       coalesce(rating_label, '') as rating_label, close, change_pct, volume, rel_volume_10,
       dollar_volume_20, market_cap, tech_rating, rs_rating, score, sector_rank,
       coalesce(previous_rank, 0) as previous_rank, entry, stop, target
from scan_latest where scan = %s order by rank
"""
POINTS = """
select points from scan_contributions c join scan_latest l using (scan_run_id, rank)
where l.scan = %s order by rank, position
"""


def part_of(report: Report, scan: str) -> ScanPart:
    return next(part for part in report.scans if part.scan == scan)


def rows_of(report: Report, part: ScanPart) -> list[dict[str, Any]]:
    """The rows of a scan as the report has them, in its order."""
    table = part.table
    securities = report.securities.take(table.security).to_pylist()
    own = {
        "score": table.score,
        "sector_rank": table.sector_rank,
        "previous_rank": table.previous_rank,
        **table.levels,
    }
    return [
        row | {name: _known(values[at].item()) for name, values in own.items()}
        for at, row in enumerate(securities)
    ]


def _known(value: float) -> float | None:
    """SQL's word for a missing number."""
    return None if math.isnan(value) else value


@pytest.mark.parametrize("scan", ["swing", "gaps", "nobody"])
def test_the_rows_are_those_of_the_newest_version(report: Report, url: str, scan: str) -> None:
    part = part_of(report, scan)
    rows = asked(url, RANKED, scan)
    assert rows_of(report, part) == rows
    assert part.ranked == len(rows) == (0 if scan == "nobody" else 11)


def test_a_name_arrives_as_it_was_given(report: Report) -> None:
    named = [row["name"] for row in report.securities.to_pylist() if row["ticker"] == "T0"]
    assert named == [ODD_NAME]


def test_the_points_are_the_contributions_and_add_up_to_the_score(report: Report, url: str) -> None:
    for part in report.scans:
        points = [row["points"] for row in asked(url, POINTS, part.scan)]
        said = part.table.points.ravel().tolist()
        assert [_known(value) for value in said] == points
        assert np.nansum(part.table.points, axis=1).tolist() == part.table.score.tolist()
    # NEW has no volume to compare with yet.
    assert np.isnan(part_of(report, "swing").table.points).sum() == 1


def test_the_funnel_adds_up_to_the_population_and_is_that_of_sql(report: Report, url: str) -> None:
    for part in report.scans:
        funnel = asked(
            url,
            "select reason, symbols from scan_funnel where scan_run_id = %s"
            " and reason <> 'ranked' order by symbols desc, reason",
            part.scan_run_id,
        )
        assert list(part.funnel) == [(row["reason"], row["symbols"]) for row in funnel]
        assert sum(symbols for _, symbols in part.funnel) + part.ranked == part.population == 13


def test_sectors_count_the_ranked_and_who_rose_and_fell(report: Report, url: str) -> None:
    for part in report.scans:
        rows = sorted(
            asked(url, "select * from scan_latest where scan = %s", part.scan), key=_sector
        )
        lines = {
            sector: (
                len(members := list(group)),
                sum(row["change_pct"] > 0 for row in members),
                sum(row["change_pct"] < 0 for row in members),
                min(row["rank"] for row in members),
                pytest.approx(sum(row["score"] for row in members) / len(members), abs=1e-9),
            )
            for sector, group in groupby(rows, _sector)
        }
        assert {s.sector: (s.ranked, s.up, s.down, s.best, s.score) for s in part.sectors} == lines
        scores = [line.score for line in part.sectors]
        assert scores == sorted(scores, reverse=True)


def _sector(row: dict[str, Any]) -> str:
    return row["sector"]


def test_the_default_scan_is_the_first(report: Report) -> None:
    assert [part.scan for part in report.scans] == ["swing", "gaps", "nobody"]


def test_only_the_newest_version_is_shown(
    market: Market, report: Report, calendar: Calendar, days: list[date]
) -> None:
    load_session(market, days[-1], closes(15, 15) | {"T3": 26.0})
    publish_days(market, days[-1:])
    versions = read_versions(market.url, days[-1])
    again = read_report(market.url, days[-1], calendar, versions)
    assert [version.version for version in versions] == [2, 2, 2]
    for part in again.scans:
        assert rows_of(again, part) == asked(market.url, RANKED, part.scan)
    assert rows_of(again, again.scans[0])[0]["ticker"] == "T3"
    assert again.edition != report.edition


def test_a_session_without_one_before_it_has_no_changes_and_nobody_has_moved(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    first = read_report(url, days[-2], calendar, read_versions(url, days[-2]))
    assert [part.changes for part in first.scans] == [None, None, None]
    assert not part_of(first, "swing").table.previous_rank.any()


def test_scans_share_a_symbol_of_which_they_say_the_same(report: Report) -> None:
    assert len(report.securities) == len(report.sparklines) == 11


def test_scans_that_say_different_things_of_a_symbol_each_say_their_own(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    told(
        url,
        "update scan_results set market_cap = 5e9, name = null where ticker = 'T0'"
        " and scan = 'gaps' and session = %s",
        days[-1],
    )
    report = read_report(url, days[-1], calendar, read_versions(url, days[-1]))
    for part in report.scans:
        assert rows_of(report, part) == asked(url, RANKED, part.scan)
    assert len(report.securities) == 12
    lines = zip(report.securities["ticker"].to_pylist(), report.sparklines, strict=True)
    assert len({line for ticker, line in lines if ticker == "T0"}) == 1


def test_a_stale_version_says_since_when_and_makes_another_edition(
    url: str, calendar: Calendar, days: list[date]
) -> None:
    editions = [edition(read_versions(url, days[-1]))]
    for hours in (1, 2):
        stale = clock.now() + timedelta(hours=hours)
        told(url, "update scan_runs set stale_since = %s where scan = 'gaps'", stale)
        versions = read_versions(url, days[-1])
        report = read_report(url, days[-1], calendar, versions)
        assert [part.stale_since for part in report.scans] == [None, stale, None]
        editions.append(edition(versions))
    assert len(set(editions)) == 3


def test_the_page_says_when_it_was_made_by_the_clock(
    url: str, calendar: Calendar, days: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now() - timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert read_report(url, days[-1], calendar, read_versions(url, days[-1])).made_at == moment


def test_the_newest_published_session_is_that_of_any_scan(url: str, days: list[date]) -> None:
    assert newest_published(engine_for(url)) == days[-1]
    told(url, "update scan_runs set session = session + 3000 where scan = 'nobody'")
    assert newest_published(engine_for(url)) == days[-1] + timedelta(days=3000)
