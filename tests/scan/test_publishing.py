"""A range of sessions is published as one session after the other would be."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from payloads import Row, payload
from populations import definition

from technic_pipeline.delta import follow_changes
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.definition import Component, ScanDefinition
from technic_pipeline.scan.publishing import Market, publish_session, publish_sessions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.ingest import ingest

TICKERS = [f"T{number}" for number in range(12)]
RUNS = """
select r.scan, r.session, r.version, p.scan, p.session, p.version
from scan_runs r left join scan_runs p on p.scan_run_id = r.previous_scan_run_id
order by r.session, r.scan, r.version
"""
RANKED = "select scan, session, count(previous_rank) from scan_results group by 1, 2 order by 2, 1"


def ranks_by(column: str, name: str) -> ScanDefinition:
    """A scan that ranks by one column."""
    shown = ("trend", "volume", "volatility", "fundamental")
    components = (
        Component("momentum", ((column, "rising"),)),
        *(Component(other, (("gap_pct", "rising"),)) for other in shown),
    )
    return definition(name=name, components=components)


SCANS = {"gains": ranks_by("change_pct", "gains"), "gaps": ranks_by("gap_pct", "gaps")}
# No symbol is so old.
SCANS["nobody"] = ranks_by("perf_1y", "nobody")


@pytest.fixture
def days(calendar: Calendar) -> list[date]:
    return calendar.between(date(2016, 3, 1), date(2016, 3, 8))


@pytest.fixture
def market(
    engine: sa.Engine, database_url: str, servers: Endpoints, calendar: Calendar, days: list[date]
) -> Market:
    """Twelve symbols, whose prices wave; one in each session has no bar."""
    ensure_partitions(engine, days[0], days[-1])
    for at, day in enumerate(days):
        closes = [10.0 + math.sin(at * (number + 1)) for number in range(len(TICKERS))]
        rows = [Row(t, c, c + 1, c - 1, c) for t, c in zip(TICKERS, closes, strict=True)]
        ingest(engine, payload(day, rows[:at] + rows[at + 1 :]))
    follow_changes(database_url, servers.redis_url, engine, calendar)
    return Market(database_url, servers.redis_url, calendar)


def asked(engine: sa.Engine, text: str) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(text))]


def test_every_session_of_a_range_is_told_in_order_with_all_its_scans(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    published = list(publish_sessions(market, engine, SCANS, days))
    assert [day for day, _ in published] == days
    for day, scans in published:
        assert list(scans) == list(SCANS)
        assert all(ranked.session == day and made.is_new for ranked, made in scans.values())


def test_a_run_follows_the_run_of_the_session_before_if_that_ranked_anyone(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    list(publish_sessions(market, engine, SCANS, days))
    followed = {(scan, day): previous for scan, day, _, *previous in asked(engine, RUNS)}
    for before, day in pairwise(days[1:]):
        assert followed["gains", day] == ["gains", before, 1]
        assert followed["gaps", day] == ["gaps", before, 1]
        assert followed["nobody", day] == [None, None, None]
    # In the first session nothing has changed yet.
    assert followed["gains", days[1]] == [None, None, None]
    assert all(count >= 9 for scan, day, count in asked(engine, RANKED) if day > days[1])


def test_the_runs_of_a_lone_scan_follow_each_other_too(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    list(publish_sessions(market, engine, {"gains": SCANS["gains"]}, days))
    followed = {day: before for _, day, _, _, before, _ in asked(engine, RUNS)}
    assert followed == {days[0]: None, days[1]: None} | {b: a for a, b in pairwise(days[1:])}


def test_each_session_by_itself_finds_the_inputs_of_the_range(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    list(publish_sessions(market, engine, SCANS, days))
    before = asked(engine, RUNS)
    for day in days:
        again = publish_session(market.url, market.redis_url, engine, market.calendar, SCANS, day)
        assert not any(made.is_new for _, made in again.values())
    assert asked(engine, RUNS) == before


def test_a_range_with_a_gap_follows_what_is_stored(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    list(publish_sessions(market, engine, SCANS, [days[3]]))
    list(publish_sessions(market, engine, SCANS, [days[1], days[4]]))
    followed = {(scan, day): previous for scan, day, _, *previous in asked(engine, RUNS)}
    assert followed["gains", days[4]] == ["gains", days[3], 1]
    assert followed["gains", days[1]] == [None, None, None]


def test_another_enabled_scan_does_not_make_a_new_version_of_the_others(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    ((_, alone),) = publish_sessions(market, engine, {"gains": SCANS["gains"]}, [days[2]])
    ((_, among),) = publish_sessions(market, engine, SCANS, [days[2]])
    assert not among["gains"][1].is_new
    assert among["gains"][0].inputs_sha256 == alone["gains"][0].inputs_sha256


def test_the_first_error_stops_everything_after_it(
    engine: sa.Engine, market: Market, days: list[date]
) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "create function refuse() returns trigger language plpgsql as $$ begin"
                " if exists (select from scan_runs where scan_run_id = new.scan_run_id"
                f" and scan = 'gaps' and session = '{days[2]}')"
                " then raise exception 'refused'; end if; return new; end $$"
            )
        )
        connection.execute(
            sa.text(
                "create trigger refuse before insert on scan_exclusion_lists for each row"
                " execute function refuse()"
            )
        )
    told = []
    with pytest.raises(sa.exc.ProgrammingError, match="refused"):
        told += publish_sessions(market, engine, SCANS, days)
    assert [day for day, _ in told] == days[:2]
    # Whole sessions, and of the third the scan before the one that failed; its own rows are gone.
    assert [(scan, day) for scan, day, *_ in asked(engine, RUNS)] == [
        *((scan, day) for day in days[:2] for scan in SCANS),
        ("gains", days[2]),
    ]
    stored = "select scan, max(session) from scan_results group by 1 order by 1"
    assert asked(engine, stored) == [("gains", days[2]), ("gaps", days[1])]
