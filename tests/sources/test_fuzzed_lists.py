"""Whatever a list beside the day files holds, it is read as typed values or refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import date
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

SPLIT = {"ticker": "A", "execution_date": "2020-08-31", "split_from": 1, "split_to": 4, "id": "E"}
EVENT = {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}}
EVENTS = {"events": [EVENT, EVENT | {"date": "2012-05-18", "ticker_change": {"ticker": "FB"}}]}
JUMP = {"events": [{"type": "jump_explained", "date": "2015-12-04", "ticker": "AC"}]}
RATIOS = {"ticker": "A", "date": "2022-06-09", "price": 151.2, "quick": 1.2, "current": 2}
TICKERS = (
    "ticker,name,type,primary_exchange,sector,industry\n"
    'A,"Agilent, ""Tech""\nInc.",CS,XNYS,Industrials,Instruments\n'
    "NA,Nano Labs,ADRC,XNAS,,\nB,B Inc.,CS,XNAS,n/a,\n"
)


def json_list(*results: Any) -> st.SearchStrategy[bytes]:
    """A list of the vendor's shape after something happened to it."""
    altered = altered_json({"status": "OK", "results": list(results)})
    return altered | altered.flatmap(harmed) | st.binary(max_size=50)


csv_list = harmed(TICKERS.encode()) | reworded(TICKERS, ",\n").map(str.encode)
READERS: dict[str, tuple[Callable[[Path], Sequence[Any]], st.SearchStrategy[bytes]]] = {
    "splits": (read_splits, json_list(SPLIT, SPLIT | {"ticker": "B"})),
    "changes": (read_ticker_changes, json_list(EVENTS, JUMP)),
    "jumps": (read_explained_jumps, json_list(EVENTS, JUMP)),
    "ratios": (read_ratios, json_list(RATIOS, RATIOS | {"ticker": "B"})),
    "descriptions": (read_descriptions, csv_list),
}


@pytest.mark.parametrize("name", READERS)
@fuzzed(0.5)
@given(chance=st.data())
def test_it_is_read_as_typed_values_or_refused_by_its_name(
    tmp_path: Path, name: str, chance: st.DataObject
) -> None:
    read, contents = READERS[name]
    path = tmp_path / "list"
    path.write_bytes(chance.draw(contents))
    try:
        found = read(path)
    except MalformedInput as refused:
        assert_says(refused, str(path))
    else:
        for value in (v for one in found for v in astuple(one)):
            assert value is None or isinstance(value, str | float | date | bool)
            # PostgreSQL's text is UTF-8 without a zero byte.
            assert b"\0" not in str(value).encode()
