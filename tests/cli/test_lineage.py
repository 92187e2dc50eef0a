"""A row leads to the bar that it was made from, to its batch, and to what was received."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from commands import TICKERS, Technic
from dayfiles import write_day
from vendor_directory import day_file


def file_sha256(market: Path, day: date) -> str:
    return hashlib.sha256(day_file(market, day).read_bytes()).hexdigest()


def execute(statement: LiteralString) -> None:
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        connection.execute(statement)


def test_an_explanation_ends_at_the_digest_of_the_file(
    published: Technic, market: Path, days: list[date]
) -> None:
    out = published("explain", TICKERS[1]).out
    assert f"indicators of {len(days)} bars since {days[0]}, which came in {len(days)} " in out
    assert f"bar of {days[-1]} as {TICKERS[1]}: open " in out
    assert f"payload sha256 {file_sha256(market, days[-1])}, kept" in out


def test_of_an_older_session_it_names_the_file_that_was_there_when_it_was_published(
    published: Technic, market: Path, days: list[date]
) -> None:
    before = file_sha256(market, days[-3])
    write_day(market, days[-3], {t: 21.0 + at for at, t in enumerate(TICKERS)})
    # Only the newest session is published anew by itself.
    assert published("run", "--session", str(days[-2])).status == 0
    out = published("explain", TICKERS[1], "--session", str(days[-3])).out
    assert f"payload sha256 {before}, kept" in out
    assert published("run", "--session", str(days[-3])).status == 0
    out = published("explain", TICKERS[1], "--session", str(days[-3])).out
    assert f"payload sha256 {file_sha256(market, days[-3])}, kept" in out


def test_bars_are_verified_from_what_was_received(published: Technic, days: list[date]) -> None:
    bars = len(days) * len(TICKERS)
    done = published("verify", "--from-payloads")
    assert done.status == 0
    assert f"{len(days)} sessions, {bars} bars read again from {len(days)} payloads" in done.out
    assert "0 differ, 0 are missing, 0 are too many, 0 payloads are damaged" in done.out


def test_a_payload_of_other_bytes_ends_with_exit_status_1(published: Technic) -> None:
    execute("update payloads set content = content || 'x' where batch_id = 3")
    done = published("verify", "--from-payloads")
    assert done.status == 1
    assert "payload of batch 3, 2016-01-06: other bytes than those received" in done.out


def test_payloads_are_forgotten_after_so_many_days(
    published: Technic, market: Path, days: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    execute("update ingest_batches set fetched_at = '2016-01-01' where batch_id < 10")
    monkeypatch.setenv("TECHNIC_PAYLOAD_DAYS", "30")
    write_day(market, days[-1], dict.fromkeys(TICKERS, 30.0))
    assert published("run").status == 0
    done = published("verify", "--from-payloads")
    assert done.status == 0
    assert "9 sessions were left out, of which a payload is not kept" in done.out
