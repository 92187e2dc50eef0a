"""Commands act as the writer or the reader, and say in one line what they may not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from commands import TICKERS, Technic
from databases import url_of
from dayfiles import write_day

from technic_pipeline.sessions import Calendar


@pytest.fixture
def as_member(
    published: Technic, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Has the settings name a user who is a member of one role and nothing else."""
    assert published
    given = os.environ["TECHNIC_DATABASE_URL"]

    def become(role: str) -> None:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f"create role analyst login in role {role}".encode())
        monkeypatch.setenv("TECHNIC_DATABASE_URL", url_of(given, "analyst"))

    yield become
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute("drop role if exists analyst")


@pytest.mark.parametrize(
    "query",
    [
        "delete from scan_runs",
        "insert into symbols (ticker) values ('MINE')",
        "create table mine (n integer)",
        "select * from daily_bars",
    ],
)
def test_technic_sql_reads_what_was_published_and_changes_nothing(
    published: Technic, query: str
) -> None:
    ended = published("sql", "-c", query)
    assert ended.status == 1
    [line] = ended.err.splitlines()
    assert line.startswith("error: PostgreSQL: permission denied for ")
    assert line.endswith('with all rights: psql "$(technic services status --url)"')


def test_a_member_of_the_writer_does_an_evening(
    published: Technic,
    as_member: Callable[[str], None],
    market: Path,
    days: list[date],
    calendar: Calendar,
) -> None:
    as_member("technic_writer")
    following = calendar.before(days[-1], -1)
    write_day(market, following, {ticker: 19.0 + at for at, ticker in enumerate(TICKERS)})
    assert published("run").status == 0
    assert str(following) in published("top").out
    assert "0 differ, 0 are missing" in " ".join(published("verify", "--all").out.split())
    assert published("explain", TICKERS[0]).status == 0
    assert published("report", "--no-open").status == 0


def test_a_member_of_the_reader_reads_and_is_told_what_is_kept_from_it(
    published: Technic, as_member: Callable[[str], None], days: list[date]
) -> None:
    as_member("technic_reader")
    assert str(days[-1]) in published("top").out
    assert published("sql", "top.sql").status == 0
    for command in (["run"], ["status"], ["explain", TICKERS[0]], ["verify"]):
        ended = published(*command)
        assert ended.status == 1
        [line] = ended.err.splitlines()
        assert "permission denied for " in line
        assert "make the user of TECHNIC_DATABASE_URL a member of technic_writer" in line
