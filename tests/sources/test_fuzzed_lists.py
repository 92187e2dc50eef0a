"""Whatever a list beside the day files holds, it is read, or refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import altered_json, assert_says, fuzzed, harmed, reworded

from technic_pipeline.errors import MalformedInput
from technic_pipeline.sources.listings import read_descriptions, read_splits
from technic_pipeline.sources.ratios import read_ratios
from technic_pipeline.sources.ticker_events import read_explained_jumps, read_ticker_changes

SPLIT = {"ticker": "AAPL", "execution_date": "2020-08-31", "split_from": 1, "split_to": 4.0}
RATIOS = {"ticker": "AAPL", "date": "2016-12-30", "price_to_earnings": 13.9, "cash": None}
EVENTS = [
    {"type": "ticker_change", "date": "2012-05-18", "ticker_change": {"ticker": "FB"}},
    {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}},
    {"type": "jump_explained", "date": "2016-02-02", "ticker": "AAPL"},
]
LISTS: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "splits.json": (read_splits, {"results": [SPLIT, SPLIT | {"id": "E1"}]}),
    "ratios.json": (read_ratios, {"results": [RATIOS, RATIOS | {"ticker": "B"}]}),
    "ticker_events.json": (
        lambda path: (read_ticker_changes(path), read_explained_jumps(path)),
        {"results": [{"events": EVENTS}]},
    ),
}
TICKERS = (
    "ticker,name,type,primary_exchange,sector,industry\n"
    'AAPL,"Apple, Inc.",CS,XNAS,Information Technology,"Computers"\n'
    "NA,Nano,,,,\n"
)


@pytest.mark.parametrize("name", LISTS)
@fuzzed(0.5)
@given(chance=st.data())
def test_a_list_is_read_or_refused_by_its_name(
    name: str, chance: st.DataObject, tmp_path: Path
) -> None:
    reader, value = LISTS[name]
    content = chance.draw(altered_json(value) | altered_json(value).flatmap(harmed))
    read_or_refused(reader, tmp_path / name, content)


@fuzzed()
@given(content=harmed(TICKERS.encode()) | reworded(TICKERS, ",\n").map(str.encode))
def test_descriptions_are_read_or_refused_by_their_name(content: bytes, tmp_path: Path) -> None:
    read_or_refused(read_descriptions, tmp_path / "tickers.csv", content)


def read_or_refused(reader: Callable[[Path], Any], path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        reader(path)
    except MalformedInput as refused:
        assert_says(refused, str(path))
