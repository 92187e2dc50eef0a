"""Whatever a file holds, it is read as what it is, or refused by its name; nothing else happens."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import EXAMPLES, mutated, mutated_json, tried_often

from technic_pipeline.errors import MalformedInput, TechnicError
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.flatfiles import day_file_bars
from technic_pipeline.sources.listings import read_descriptions, read_splits
from technic_pipeline.sources.ratios import read_ratios
from technic_pipeline.sources.ticker_events import read_explained_jumps, read_ticker_changes
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.validation import judge

SESSION, PLACE = date(2016, 12, 30), "bucket/2016-12-30.csv.gz"
TEXT = (
    b"ticker,volume,open,close,high,low,window_start,transactions\n"
    b"AAPL,30253100,116.65,115.82,117.2,115.43,1483074000000000000,\n"
    b"BRK.B,3.5e6,163.4,162.98,163.6,162.5,1483074000000000000,12\n"
    b"KIMpL,0.25,24.1,24.1,24.1,24.1,1483074000000000000,1\n"
    b"NA,100,1,1,1,1,1483074000000000000,\n"
)
LISTS: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "splits.json": (
        read_splits,
        {"results": [{"ticker": "AAPL", "execution_date": "2020-08-31", "split_from": 1,
                      "split_to": 4.0, "id": "E1"}]},
    ),
    "ratios.json": (
        read_ratios,
        {"results": [{"ticker": "AAPL", "date": "2016-12-30", "price_to_earnings": 13.9,
                      "market_cap": 6.2e11, "cash": None}]},
    ),
    "ticker_events.json": (
        lambda path: (read_ticker_changes(path), read_explained_jumps(path)),
        {"results": [{"events": [
            {"type": "ticker_change", "date": "2012-05-18", "ticker_change": {"ticker": "FB"}},
            {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}},
            {"type": "jump_explained", "date": "2016-02-02", "ticker": "AAPL"},
        ]}]},
    ),
}  # fmt: skip
TICKERS = (
    b"ticker,name,type,primary_exchange,sector,industry\n"
    b'AAPL,"Apple, Inc.",CS,XNAS,Information Technology,"Computers"\n'
    b"NA,Nano,,,,\n"
)


def read(payload: bytes) -> SessionBars | None:
    """The bars, None where they are refused by the file's name."""
    try:
        return day_file_bars(SESSION, PLACE, payload)
    except MalformedInput as refused:
        assert str(refused).startswith(PLACE)
        assert "\n" not in str(refused)
        return None


@given(text=mutated(TEXT))
@tried_often
def test_a_damaged_text_is_bars_that_can_be_judged_or_refused(text: bytes) -> None:
    bars = read(gzip.compress(text))
    if bars is not None:
        assert len(judge(bars).code) == len(bars)
        assert len(bars.content_sha256()) == 64


@given(payload=mutated(gzip.compress(TEXT)))
@tried_often
def test_a_damaged_archive_is_the_same_bars_or_refused(payload: bytes) -> None:
    bars = read(payload)
    # What is compressed has a checksum; only its head may be another.
    assert bars is None or bars.ticker.to_pylist()[:4] == ["AAPL", "BRK.B", "KIMpL", "NA"]


@given(text=mutated(TEXT))
@settings(tried_often, max_examples=max(EXAMPLES // 4, 1))
def test_a_damaged_file_is_stored_whole_or_leaves_nothing(text: bytes, engine: sa.Engine) -> None:
    ensure_partitions(engine, SESSION, SESSION)
    bars = read(gzip.compress(text))
    if bars is None:
        return
    before = stored(engine)
    try:
        report = ingest(engine, bars, confirm_removals=True)
    except TechnicError:
        assert stored(engine) == before
    else:
        accepted = len(judge(bars).accepted)
        assert report.batch_id is None or stored(engine)[0] >= accepted


def stored(engine: sa.Engine) -> list[int]:
    tables = ("daily_bars", "ingest_batches", "payloads", "rejected_bars", "pending_changes")
    with engine.connect() as connection:
        return [connection.scalar(sa.text(f"select count(*) from {t}")) or 0 for t in tables]


@pytest.mark.parametrize("name", LISTS)
@given(data=st.data())
@tried_often
def test_a_damaged_list_is_read_or_refused_by_its_name(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    reader, value = LISTS[name]
    path = tmp_path / name
    path.write_bytes(data.draw(mutated_json(value)))
    refuses_by_name(reader, path)


@given(text=mutated(TICKERS))
@tried_often
def test_damaged_descriptions_are_read_or_refused_by_their_name(
    text: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "tickers.csv"
    path.write_bytes(text)
    refuses_by_name(read_descriptions, path)


def refuses_by_name(reader: Callable[[Path], Any], path: Path) -> None:
    try:
        reader(path)
    except MalformedInput as refused:
        assert str(refused).startswith(str(path))
