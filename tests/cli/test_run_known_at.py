"""A published scan is made once more from what was known when it was published."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from commands import TICKERS, Technic
from dayfiles import write_day
from test_as_known import published_at

CORRECTED = {t: 21.0 + at for at, t in enumerate(TICKERS)}


def rebuilt(technic: Technic, session: date, moment: datetime) -> list[str]:
    done = technic("run", "--session", str(session), "--known-at", moment.isoformat())
    assert done.status == 0, done.out + done.err
    return [line for line in done.out.splitlines() if line.startswith("swing ")]


def test_bars_corrected_since_do_not_touch_what_is_rebuilt(
    published: Technic, market: Path, days: list[date]
) -> None:
    write_day(market, days[-1], CORRECTED)
    write_day(market, days[-3], CORRECTED)
    assert published("run", "--session", str(days[-3])).status == 0
    assert published("run", "--session", str(days[-1])).status == 0
    # The first correction reached the newest session too, which was published anew.
    moments = [published_at(version, days[-1]) for version in (1, 2, 3)]
    for version, moment in enumerate([*moments, datetime.now(UTC)], start=1):
        [line] = rebuilt(published, days[-1], moment)
        assert f"version {min(version, 3)}, " in line
        assert "7 ranked anew, all as published" in line


def test_what_became_known_after_it_was_published_is_said_to_be_the_difference(
    published: Technic, market: Path, days: list[date]
) -> None:
    write_day(market, days[-1], CORRECTED)
    assert published("run").status == 0
    between = published_at(2, days[-1]) - timedelta(microseconds=1)
    [line] = rebuilt(published, days[-1], between)
    first = published_at(1, days[-1]).isoformat()
    assert "version 1, " in line
    assert "7 differ, since more was known at the moment than when it was published" in line
    assert f"--known-at {first} makes it as it was" in line


def test_before_it_was_published_one_line_says_that_there_is_no_earlier_knowledge(
    published: Technic, days: list[date]
) -> None:
    refused = published("run", "--session", str(days[-1]), "--known-at", "2016-12-31")
    assert refused.status == 1
    assert "had not been published by 2016-12-31 23:59:59 EST" in refused.err
    assert "what was backfilled has no earlier knowledge" in refused.err


@pytest.mark.parametrize("more", [["--to", "2016-03-31"], ["--confirm-removals"], []])
def test_only_one_session_can_be_rebuilt(published: Technic, more: list[str]) -> None:
    session = ["--session", "2016-03-31"] if more else []
    refused = published("run", *session, "--known-at", "2016-04-01", *more)
    assert refused.status == 1
    assert "--known-at goes with --session alone" in refused.err


def test_the_whole_database_as_known_is_to_be_had_by_sql(
    published: Technic, market: Path, days: list[date]
) -> None:
    moment = published_at(1, days[-1]).isoformat()
    query = "select * from daily_bars order by symbol_id, session"
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        before = connection.execute(query).fetchall()
        connection.commit()
        write_day(market, days[-1], CORRECTED)
        assert published("run").status == 0
        connection.execute("select set_config('technic.known_at', %s, false)", [moment])
        connection.execute("set search_path = as_known, public")
        assert connection.execute(query).fetchall() == before
