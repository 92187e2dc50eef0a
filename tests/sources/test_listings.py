"""The lists beside the day files: the vendor's shapes, and what is said of broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from technic_pipeline.errors import InputTooLarge, MalformedInput
from technic_pipeline.sources import Split, SymbolDescription, TickerChange
from technic_pipeline.sources.listings import LARGEST_LIST, read_descriptions, read_splits
from technic_pipeline.sources.ratios import read_ratios
from technic_pipeline.sources.ticker_events import read_ticker_changes

SPLIT = {
    "id": "E36416cce743c3964c5da63e1ef1626c0aece30fb47302eea5a49c0055c04e8d0",
    "ticker": "AAPL",
    "execution_date": "2020-08-31",
    "split_from": 1,
    "split_to": 4,
    "adjustment_type": "forward_split",
}
META = {
    "name": "Meta Platforms, Inc. Class A Common Stock",
    "composite_figi": "BBG000MM2P62",
    "cik": "0001326801",
    "events": [
        {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}},
        {"type": "ticker_change", "date": "2012-05-18", "ticker_change": {"ticker": "FB"}},
    ],
}


def written(folder: Path, name: str, results: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({"status": "OK", "request_id": "6a7e4", "results": results}))
    return path


def test_splits_are_read_with_their_ids(tmp_path: Path) -> None:
    without_id = {"ticker": "SSE", "execution_date": "2015-03-27", "split_from": 187, "split_to": 1}
    path = written(tmp_path, "splits.json", [SPLIT, without_id])
    assert read_splits(path) == [
        Split("AAPL", date(2020, 8, 31), 1.0, 4.0, SPLIT["id"]),
        Split("SSE", date(2015, 3, 27), 187.0, 1.0, None),
    ]


def test_a_split_may_have_fractions_of_shares(tmp_path: Path) -> None:
    path = written(tmp_path, "splits.json", [SPLIT | {"split_from": 1, "split_to": 1.05}])
    assert read_splits(path)[0].split_to == 1.05


def test_a_change_of_ticker_is_an_event_after_a_securitys_first(tmp_path: Path) -> None:
    path = written(tmp_path, "ticker_events.json", [META])
    assert read_ticker_changes(path) == [TickerChange("FB", "META", date(2022, 6, 9))]


def test_the_changes_of_several_securities_are_chained_within_each(tmp_path: Path) -> None:
    days = {"TWTRQ": "2013-11-07", "A": "2014-01-02", "B": "2015-06-01", "C": "2016-02-01"}
    event = {
        ticker: {"type": "ticker_change", "date": day, "ticker_change": {"ticker": ticker}}
        for ticker, day in days.items()
    }
    securities = [
        {"events": [event["C"], event["A"], event["B"]]},
        {"events": [event["TWTRQ"]]},
        {"events": []},
    ]
    assert read_ticker_changes(written(tmp_path, "ticker_events.json", securities)) == [
        TickerChange("A", "B", date(2015, 6, 1)),
        TickerChange("B", "C", date(2016, 2, 1)),
    ]


@pytest.mark.parametrize(
    ("read", "results", "place", "why"),
    [
        (read_splits, {}, "results", "one split where a list should be"),
        (read_splits, [SPLIT | {"split_from": "1"}], r"results\[0\]\.split_from", "text"),
        (read_splits, [SPLIT, SPLIT | {"split_to": None}], r"results\[1\]\.split_to", "null"),
        (read_splits, [SPLIT | {"execution_date": "2020-08-32"}], r"execution_date", "no date"),
        (read_splits, [SPLIT | {"ticker": 7}], r"results\[0\]\.ticker", "a number as ticker"),
        (read_splits, [SPLIT | {"ticker": "A\0"}], r"results\[0\]\.ticker", "a zero byte"),
        (read_splits, [{"ticker": "A"}], "execution_date", "fields missing"),
        (read_ticker_changes, META, "results", "a single security's reply"),
        (read_ticker_changes, [{"name": "X"}], "events", "no events"),
        (
            read_ticker_changes,
            [{"events": [{"date": "soon", "ticker_change": {"ticker": "A"}}]}],
            r"results\[0\]\.events\[0\]\.date",
            "no date",
        ),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(
    tmp_path: Path, read: Callable[[Path], object], results: Any, place: str, why: str
) -> None:
    path = written(tmp_path, "list.json", results)
    with pytest.raises(MalformedInput, match=place) as refusal:
        read(path)
    assert str(path) in str(refusal.value), why
    assert len(str(refusal.value).splitlines()) == 1, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "empty"),
        (b"<html>Not found</html>", "a page"),
        (b'{"results": [{"ticker": "A", ', "truncated"),
        (b'{"results": []}]', "something behind it"),
        (b'{"results": [{"ticker": "\xff"}]}', "no UTF-8"),
        (b"[]", "a list"),
        (b"null", "nothing"),
        (b'{"status": "OK"}', "no results"),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b', "results": []}', "nested beyond reading"),
        (b'{"results": [{"ticker": "\\ud800"}]}', "half of a pair"),
    ],
)
@pytest.mark.parametrize("read", [read_splits, read_ticker_changes])
def test_malformed_json_is_refused_in_one_line(
    tmp_path: Path, read: Callable[[Path], object], text: bytes, why: str
) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(text)
    with pytest.raises(MalformedInput) as refusal:
        read(path)
    assert str(path) in str(refusal.value), why
    assert len(str(refusal.value).splitlines()) == 1, why


def test_descriptions_are_read_with_their_quoted_names(tmp_path: Path) -> None:
    path = tmp_path / "tickers.csv"
    path.write_text(
        "ticker,name,type,primary_exchange,sector,industry,ipo_year\n"
        'A,"Agilent, ""Tech""\nInc.",CS,XNYS,Industrials,Instruments,1999\n'
        "NA,Nano Labs,ADRC,XNAS,,,\n"
        "NULL,NA,,,n/a,TRUE,\n"
    )
    assert read_descriptions(path) == [
        SymbolDescription("A", 'Agilent, "Tech"\nInc.', "CS", "XNYS", "Industrials", "Instruments"),
        SymbolDescription("NA", "Nano Labs", "ADRC", "XNAS", None, None),
        SymbolDescription("NULL", "NA", None, None, "n/a", "TRUE"),
    ]


def test_names_with_line_breaks_are_read_whole_in_a_list_of_any_length(tmp_path: Path) -> None:
    """Readers take a file in blocks, and a block may end between the quotes."""
    path = tmp_path / "tickers.csv"
    name = "\n".join(["A", "Holding", "Company"] * 20)
    path.write_text("ticker,name\n" + "".join(f'T{n},"{name}"\n' for n in range(9000)))
    assert path.stat().st_size > 2**20
    described = read_descriptions(path)
    assert [each.ticker for each in described] == [f"T{n}" for n in range(9000)]
    assert {each.name for each in described} == {name}


def test_only_the_column_of_tickers_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "tickers.csv"
    path.write_text("sector,ticker\nEnergy,KIMpL\n,007\n")
    assert read_descriptions(path) == [
        SymbolDescription("KIMpL", sector="Energy"),
        SymbolDescription("007"),
    ]


@pytest.mark.parametrize(
    ("text", "problem", "why"),
    [
        (b"", "Empty CSV", "an empty file"),
        (b"symbol,name\nA,x\n", "no column 'ticker'", "another word for it"),
        (b"ticker,name\nA,x\nB,y\nA,z\n", "the ticker A twice", "which of the two is right?"),
        (b"ticker,name\nA\n", "2 columns, got 1", "a ragged line"),
        (b"ticker,name\nA,\xff\n", "UTF8", "no UTF-8"),
        (b"ticker,name,ticker\nA,x,B\n", "column 'ticker' twice", "which of them counts?"),
        (b"ticker,n\xffme\nA,x\n", "name is no UTF-8", "of a column that is not even used"),
        (b"ticker,name\nA,x\0\n", "zero byte", "PostgreSQL's text cannot hold it"),
        (b'ticker,name\nA,"x\nB,y\n', "never closed", "B would be a part of a name"),
    ],
)
def test_a_malformed_list_of_tickers_is_refused_in_one_line(
    tmp_path: Path, text: bytes, problem: str, why: str
) -> None:
    path = tmp_path / "tickers.csv"
    path.write_bytes(text)
    with pytest.raises(MalformedInput, match=problem) as refusal:
        read_descriptions(path)
    assert str(path) in str(refusal.value), why
    assert len(str(refusal.value).splitlines()) == 1, why


def test_tickers_that_differ_in_case_are_no_duplicates(tmp_path: Path) -> None:
    path = tmp_path / "tickers.csv"
    path.write_text("ticker\nKIMpL\nKIMPL\n")
    assert [each.ticker for each in read_descriptions(path)] == ["KIMpL", "KIMPL"]


def test_the_real_lists_are_read_whole(real_data: Path) -> None:
    assert len(read_splits(real_data / "splits.json")) == 293
    described = read_descriptions(real_data / "tickers.csv")
    lines = (real_data / "tickers.csv").read_text().splitlines()
    assert [each.ticker for each in described] == [line.split(",")[0] for line in lines[1:]]


@pytest.mark.parametrize("read", [read_splits, read_ticker_changes, read_descriptions, read_ratios])
def test_a_list_that_cannot_be_read_or_is_too_long_is_refused(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    with pytest.raises(MalformedInput, match="it is no ordinary file"):
        read(tmp_path)
    path = tmp_path / "list"
    with path.open("wb") as file:
        file.truncate(LARGEST_LIST + 1)
    with pytest.raises(InputTooLarge, match=r"has 268,435,457 bytes, .* than 268,435,456;"):
        read(path)
