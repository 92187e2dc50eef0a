"""Texts full of what SQL, parameters and formats mean by it are texts, wherever they come from."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from commands import TICKERS, Technic
from dayfiles import write_day

from technic_pipeline.sessions import Calendar

HOSTILE = 'it\'s "x"; drop table scan_runs; -- {} {0} %s %(x)s :x $1 \\ ü'
DEFINITION = f"""
description = '''{HOSTILE}'''
[weights]
{json.dumps(HOSTILE, ensure_ascii=False)} = 1
[components.{json.dumps(HOSTILE, ensure_ascii=False)}]
rsi_14 = "rising"
"""
TABLES = ("symbols", "daily_bars", "indicators", "scan_runs", "scan_results")


@pytest.fixture
def hostile(
    published: Technic,
    market: Path,
    days: list[date],
    calendar: Calendar,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Technic:
    """An evening on which a scan, its component, names, sectors and a ticker are called so."""
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / f"{HOSTILE}.toml").write_text(DEFINITION, encoding="utf-8")
    monkeypatch.setenv("TECHNIC_SCANS_DIR", str(scans))
    following = calendar.before(days[-1], -1)
    closes = {ticker: 19.0 + at for at, ticker in enumerate(TICKERS)}
    write_day(market, following, {**closes, "A'; drop table symbols; --": 1.0})
    described = {"name": HOSTILE, "type": "CS", "primary_exchange": HOSTILE, "sector": HOSTILE}
    with (market / "tickers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["ticker", *described])
        writer.writeheader()
        writer.writerows({"ticker": ticker, **described} for ticker in TICKERS)
    ran = published("run", "--confirm-unusual")
    assert ran.status == 0, ran.err
    return published


def only(query: str) -> list[Any]:
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        return [value for (value,) in connection.execute(query.encode()).fetchall()]


def counts() -> Mapping[str, list[int]]:
    return {table: only(f"select count(*) from {table}") for table in TABLES}


def test_they_are_stored_ranked_and_shown_letter_by_letter(hostile: Technic) -> None:
    assert only("select distinct name from symbols") == [HOSTILE]
    assert only("select distinct sector_given from symbols") == [HOSTILE]
    assert only("select distinct name from scan_latest") == [HOSTILE]
    assert only("select ticker from rejected_bars") == ["A'; drop table symbols; --"]
    rows = json.loads(hostile("top", "--scan", HOSTILE, "--json").out)
    assert {row["name"] for row in rows} == {HOSTILE} == {row["scan"] for row in rows}
    assert only("select distinct component from scan_contributions where scan ~ 'drop'") == [
        HOSTILE
    ]
    for command in (
        ["explain", TICKERS[0], "--scan", HOSTILE],
        ["report", "--no-open"],
        ["status"],
    ):
        ended = hostile(*command)
        assert ended.status == 0, ended.err
    assert HOSTILE in " ".join(hostile("explain", TICKERS[0], "--scan", HOSTILE).out.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["top", "--sector", HOSTILE], "no sector 'it's"),
        (["top", "--scan", HOSTILE], "no scan named 'it's"),
        (["top", "--sector", HOSTILE, "--known-at", "2099-01-01"], "no sector 'it's"),
        (["explain", HOSTILE], "no symbol bears the ticker 'it's"),
        (["explain", TICKERS[0], "--scan", HOSTILE], "scan 'it's"),
        (["verify", "--ticker", HOSTILE], "no symbol bears the ticker 'it's"),
        (["sql", HOSTILE], "no file it's"),
    ],
)
def test_as_an_argument_they_name_nothing(
    published: Technic, arguments: list[str], says: str
) -> None:
    before = counts()
    ended = published(*arguments)
    assert ended.status == 1
    [line] = ended.err.splitlines()
    assert says in line
    assert HOSTILE in line
    assert counts() == before
