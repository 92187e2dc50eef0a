from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import psycopg
import pytest
from commands import TICKERS, Technic
from dayfiles import write_day


def test_run_publishes_every_session_once_and_then_only_the_changed_newest(
    published: Technic, market: Path, days: list[date]
) -> None:
    assert published("run").status == 0
    unchanged = _versions(days[-1])
    write_day(market, days[-1], dict.fromkeys(TICKERS, 21.0))
    assert published("run").status == 0

    assert unchanged == [1], "equal inputs give no new version"
    assert _versions(days[-1]) == [1, 2]
    assert _versions(days[0]) == [1]


@pytest.mark.parametrize(
    ("lost", "made_up"),
    [
        # As when a run dies between two scans of a session.
        pytest.param([30], [30], id="one that an older session lacks"),
        pytest.param([61], [61], id="one that the newest lacks"),
        pytest.param(range(62), [61], id="a new one, of the newest session only"),
    ],
)
def test_run_makes_up_for_a_scan_that_sessions_lack(
    published: Technic, days: list[date], lost: Sequence[int], made_up: list[int]
) -> None:
    _forget("momentum", [days[at] for at in lost])

    assert published("run").status == 0

    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        found = connection.execute("select session from scan_runs where scan = 'momentum'")
        assert {row[0] for row in found} == {
            *(day for at, day in enumerate(days) if at not in lost),
            *(days[at] for at in made_up),
        }


def test_top_agrees_between_terminal_json_csv_and_sql(published: Technic) -> None:
    rows = json.loads(published("top", "-n", "3", "--json").out)
    from_csv = list(csv.DictReader(io.StringIO(published("top", "-n", "3", "--csv").out)))
    query = "select ticker, score from scan_latest where scan = 'swing' order by rank limit 3"
    from_sql = json.loads(published("sql", "-c", query, "--json").out)

    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert [float(row["score"]) for row in from_csv] == [row["score"] for row in rows]
    assert [(row["ticker"], row["score"]) for row in from_sql] == [
        (row["ticker"], row["score"]) for row in rows
    ]
    printed = published("top", "-n", "3").out.splitlines()[2:]
    assert [line.split()[1] for line in printed] == [row["ticker"] for row in rows]


def test_top_of_one_sector_names_the_sectors_when_there_is_none(published: Technic) -> None:
    assert json.loads(published("top", "--sector", "Unknown", "--json").out)
    refused = published("top", "--sector", "Sweets")

    assert refused.status == 1
    assert "no sector 'Sweets' in swing of" in refused.err


def test_explain_shows_points_that_add_up_to_the_score(published: Technic) -> None:
    best = json.loads(published("top", "-n", "1", "--json").out)[0]

    out = published("explain", best["ticker"]).out

    assert f"rank 1 of {len(TICKERS)}" in out
    assert f"score {best['score']:.4f}" in out
    assert f"technical rating {best['tech_rating']:.4f}: {best['rating_label']}" in out
    assert "averages: " in out
    assert "oscillators: " in out
    assert "inputs changed" not in out
    for points in best["contributions"]:
        assert points is None or f"{points:.4f}" in out


def test_explain_names_the_rule_and_its_numbers(published: Technic, days: list[date]) -> None:
    out = published("explain", "AAA", "--session", str(days[10])).out

    assert "left out by rule 'history': it has 11 bars; the scan asks for 60" in out


def test_explain_suggests_a_ticker_of_another_case(published: Technic) -> None:
    refused = published("explain", "KIMPL")

    assert "did you mean KIMpL?" in refused.err


def test_verify_finds_a_row_that_was_tampered_with(published: Technic, days: list[date]) -> None:
    clean = published("verify", "--all")
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        connection.execute(
            "update indicators set sma_20 = sma_20 * (1 + 1e-15) where session = %s"
            " and symbol_id = (select symbol_id from symbols where ticker = 'NA')",
            [days[-1]],
        )
    found = published("verify", "--all")

    assert (clean.status, found.status) == (0, 1)
    assert "0 differ, 0 are missing" in clean.out
    assert "1 differ" in found.out
    assert "sma_20" in found.out


def test_status_shows_servers_sessions_and_counts(published: Technic, days: list[date]) -> None:
    out = published("status").out

    assert "PostgreSQL  up" in out
    assert str(days[-1]) in out
    counts = dict(line.split() for line in out.split("rows\n")[-1].splitlines()[1:])
    assert counts["daily_bars"] == str(len(days) * len(TICKERS))
    assert counts["pending_changes"] == "0"


@pytest.mark.parametrize(
    "name",
    ["top", "funnel", "rank_history", "sector_leaders", "rank_changes", "in_several_scans"],
)
def test_every_shipped_query_runs(published: Technic, name: str) -> None:
    ended = published("sql", f"{name}.sql", "--json")

    assert ended.status == 0
    assert json.loads(ended.out)


def test_a_batch_that_lacks_symbols_waits_for_a_confirmation(
    published: Technic, market: Path, days: list[date]
) -> None:
    write_day(market, days[-1], dict.fromkeys(TICKERS[1:], 21.0))

    refused = published("run")
    confirmed = published("run", "--confirm-removals")

    assert refused.status == 1
    assert "lack 1 of the 7 stored ones" in refused.err
    assert confirmed.status == 0


def _versions(session: date) -> list[int]:
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        found = connection.execute(
            "select version from scan_runs where scan = 'swing' and session = %s order by version",
            [session],
        ).fetchall()
    return [row[0] for row in found]


def _forget(scan: str, sessions: Sequence[date]) -> None:
    """As if the scan had never been published of the sessions."""
    doomed = "(select scan_run_id from scan_runs where scan = %s and session = any(%s))"
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        for statement in (
            "delete from scan_exclusion_lists where scan_run_id in",
            "delete from scan_results where scan_run_id in",
            "update scan_runs set previous_scan_run_id = null where previous_scan_run_id in",
            "delete from scan_runs where scan_run_id in",
        ):
            connection.execute(f"{statement} {doomed}".encode(), [scan, list(sessions)])
