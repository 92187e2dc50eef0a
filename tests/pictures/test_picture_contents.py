"""What is drawn is what SQL says of the newest versions."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from technic_pipeline.pictures.content import Contents, Line
from technic_pipeline.pictures.drawing import scan_pictures
from technic_pipeline.pictures.reading import SESSIONS, read_contents
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.packed_columns import read_packed

# Of the view that says which version of a session is its newest.
BREADTH = """
select session, 100 * avg((tech_rating > 0.1)::int)::float8,
       100 * (count(*) filter (where change_pct > 0) - count(*) filter (where change_pct < 0))
           / nullif(count(change_pct), 0)::float8
from scan_current where scan = 'gains' group by 1
"""
SCORES = """
select session, max(score) filter (where rank = 1), max(score) filter (where rank = 20),
       max(score) filter (where rank = 100), percentile_cont(0.5) within group (order by score)
from scan_current where scan = 'gains' group by 1
"""
SECTORS = """
select sector, count(*), avg(score), avg(change_pct),
       avg((rating_label in ('Buy', 'Strong Buy'))::int)::float8, avg(rs_rating)::float8
from scan_current where scan = 'gains' and session = '{day}' group by 1 order by 3 desc, 1
"""
TOP = """
select rank, ticker, coalesce(previous_rank, 0)
from scan_current where scan = 'gains' and session = '{day}' and rank <= 20 order by 1
"""
MARKET = """
select (select count(*) from daily_bars where session = '{day}'), null,
       avg((close > sma_50)::int)::float8,
       (count(*) filter (where change_pct > 0) - count(*) filter (where change_pct < 0))
           / count(change_pct)::float8
from indicators join daily_bars using (symbol_id, session) where session = '{day}'
"""


def asked(url: str, text: str) -> list[tuple[Any, ...]]:
    with engine_for(url).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(text))]


@pytest.fixture
def contents(published_url: str, calendar: Calendar, days: list[date]) -> Contents:
    return read_contents(published_url, days[-1], "gains", calendar)


def by_session(lines: tuple[Line, ...], sessions: tuple[date, ...]) -> dict[date, list[float]]:
    return {day: [line.values[at] for line in lines] for at, day in enumerate(sessions)}


@pytest.mark.parametrize("name", ["breadth", "scores"])
def test_a_history_says_what_sql_says_of_every_published_session(
    published_url: str, contents: Contents, days: list[date], name: str
) -> None:
    history = {"breadth": contents.breadth, "scores": contents.scores}[name]
    said = asked(published_url, {"breadth": BREADTH, "scores": SCORES}[name])
    assert history.sessions == tuple(days[-SESSIONS:])
    drawn = by_session(history.lines, history.sessions)
    expected = {day: [math.nan if v is None else v for v in values] for day, *values in said}
    assert days[4] in expected
    for day in history.sessions:
        assert drawn[day] == pytest.approx(expected[day], nan_ok=True)


def test_a_session_that_was_not_published_is_a_gap(
    published_url: str, calendar: Calendar, days: list[date]
) -> None:
    early = read_contents(published_url, days[3], "gains", calendar)
    for history in (early.breadth, early.scores):
        drawn = by_session(history.lines, history.sessions)
        assert all(math.isnan(value) for value in drawn[days[2]])
        assert not all(math.isnan(value) for value in drawn[days[1]])


def test_of_many_ranked_symbols_every_so_many_are_counted(
    published_url: str, days: list[date]
) -> None:
    read = read_packed(published_url, "picture_breadth", ["gains", days[5], days[-1], 0.1, 10])
    every = BREADTH.replace("where scan", "where (rank - 1) % 13 = 0 and scan")
    expected = {day: rose for day, _, rose in asked(published_url, every)}
    assert read.num_rows == len(days) - 5
    for row in read.to_pylist():
        assert row["rose"] * 100 == pytest.approx(expected[row["session"]])


def test_the_sectors_are_those_of_sql_and_what_nobody_has_is_missing(
    published_url: str, contents: Contents, days: list[date]
) -> None:
    expected = asked(published_url, SECTORS.format(day=days[-1]))
    drawn = [
        (s.sector, s.ranked, s.score, s.change_pct, s.buys, s.rs_rating) for s in contents.sectors
    ]
    assert [line[0] for line in drawn] == [line[0] for line in expected]
    for line, said in zip(drawn, expected, strict=True):
        numbers = [math.nan if value is None else value for value in said[1:]]
        assert list(line[1:]) == pytest.approx(numbers, nan_ok=True)
    # Nobody is a year old.
    assert all(math.isnan(line[-1]) for line in drawn)


def test_the_rank_changes_are_those_of_the_newest_version(
    published_url: str, contents: Contents, days: list[date]
) -> None:
    drawn = [(c.rank, c.ticker, c.previous_rank) for c in contents.rank_changes]
    assert drawn == asked(published_url, TOP.format(day=days[-1]))
    assert len(drawn) == 20
    assert asked(published_url, "select max(version) from scan_runs") == [(2,)]


def test_the_market_is_everything_traded_in_the_session(
    published_url: str, contents: Contents, days: list[date]
) -> None:
    [said] = asked(published_url, MARKET.format(day=days[-1]))
    market = contents.market
    drawn = [market.traded, market.above_sma_200, market.above_sma_50, market.rose]
    assert drawn == pytest.approx([math.nan if v is None else v for v in said], nan_ok=True)
    assert market.traded == 131


@pytest.mark.parametrize(
    ("scan", "place"),
    [
        pytest.param("nobody", -1, id="a scan that ranked nobody"),
        pytest.param("unheard", -1, id="a scan that was never published"),
        pytest.param("gains", 0, id="the first session, in which nothing has changed yet"),
    ],
)
def test_where_nobody_is_ranked_every_picture_says_so(
    published_url: str, calendar: Calendar, days: list[date], scan: str, place: int
) -> None:
    pictures = scan_pictures(published_url, days[place], scan, calendar)
    assert list(pictures) == ["breadth", "scores", "sectors", "rank_changes"]
    assert all("Nothing was ranked" in svg for svg in pictures.values())
