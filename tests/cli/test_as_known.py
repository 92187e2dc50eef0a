"""What was published by a moment stays to be read, whatever has been published since."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from commands import TICKERS, Technic
from dayfiles import write_day

from technic_pipeline.cli.arguments import parse_moment
from technic_pipeline.errors import BadMoment


def published_at(version: int, session: date) -> datetime:
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        row = connection.execute(
            "select published_at from scan_runs where scan = 'swing' and version = %s"
            " and session = %s",
            [version, session],
        ).fetchone()
    assert row is not None
    return row[0]


def test_an_older_version_is_read_as_of_its_time_and_the_newest_without(
    published: Technic, market: Path, days: list[date]
) -> None:
    before = json.loads(published("top", "--json").out)
    write_day(market, days[-1], {t: 21.0 + at for at, t in enumerate(TICKERS)})
    assert published("run").status == 0
    first, second = (published_at(version, days[-1]) for version in (1, 2))

    def known(moment: datetime, *more: str) -> list[dict]:
        return json.loads(published("top", "--known-at", moment.isoformat(), "--json", *more).out)

    now = json.loads(published("top", "--json").out)
    assert [row["version"] for row in before[:1] + now[:1]] == [1, 2]
    assert [row["close"] for row in now] != [row["close"] for row in before]
    assert known(first) == before
    # By then its inputs had changed, and that was known too.
    stale = known(second - timedelta(microseconds=1))
    assert all(row["stale_since"] for row in stale)
    assert [row | {"stale_since": None} for row in stale] == before
    assert known(second) == now
    assert known(second, "--session", str(days[-1])) == now
    # The session before had been published by then, and the newest had not.
    earlier = known(first - timedelta(microseconds=1))
    assert {row["session"] for row in earlier} == {str(days[-2])}


def test_before_anything_was_published_there_is_one_line_that_says_so(published: Technic) -> None:
    refused = published("top", "--known-at", "2001-01-01")
    assert refused.status == 1
    assert "scan 'swing' had not been published by 2001-01-01 23:59:59 EST" in refused.err


def test_the_same_is_to_be_had_by_sql(published: Technic, days: list[date]) -> None:
    moment = published_at(1, days[-1]).isoformat()
    query = (
        f"select ticker, version from scan_as_known('{moment}') "
        f"where scan = 'swing' and session = '{days[-1]}' order by rank"
    )
    rows = json.loads(published("sql", "-c", query, "--json").out)
    shown = json.loads(published("top", "--json").out)
    assert rows == [{"ticker": row["ticker"], "version": 1} for row in shown]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2026-03-31", "2026-04-01T03:59:59.999999", id="a date is that day's end"),
        pytest.param("2026-03-31T18:00", "2026-03-31T22:00", id="a time is the exchange's"),
        pytest.param("2026-01-31 18:00:30", "2026-01-31T23:00:30", id="also in winter"),
        pytest.param("2026-03-31T18:00+00:00", "2026-03-31T18:00", id="an offset is taken"),
    ],
)
def test_a_moment_is_read_in_the_exchange_s_time(text: str, moment: str) -> None:
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert parse_moment(text, "America/New_York") == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-03-31T25:00", "18:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(BadMoment, match="is not a moment; write it as YYYY-MM-DD"):
        parse_moment(text, "America/New_York")
