"""ratios.json: the vendor's shape, decoded; what no number can be; what is said of a broken one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dayfiles import write_day

from technic_pipeline.errors import MalformedInput
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import Ratios
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.sources.ratios import read_ratios
from technic_pipeline.sources.reference import RATIO_METRICS

# As the vendor's documentation shows it.
APPLE = {
    "ticker": "AAPL",
    "cik": "0000320193",
    "date": "2024-09-19",
    "price": 228.87,
    "average_volume": 47500000,
    "market_cap": 3479770835190,
    "earnings_per_share": 6.57,
    "price_to_earnings": 34.84,
    "price_to_book": 52.16,
    "price_to_sales": 9.02,
    "price_to_cash_flow": 30.78,
    "price_to_free_cash_flow": 33.35,
    "dividend_yield": 0.0043,
    "return_on_assets": 0.3075,
    "return_on_equity": 1.5284,
    "debt_to_equity": 1.52,
    "current": 0.95,
    "quick": 0.91,
    "cash": 0.19,
    "ev_to_sales": 9.22,
    "ev_to_ebitda": 26.98,
    "enterprise_value": 3555509835190,
    "free_cash_flow": 104339000000,
}


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "ratios.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def reply(*results: Any) -> str:
    return json.dumps({"status": "OK", "request_id": "6a7e4", "results": results})


def test_every_metric_is_read_with_the_day_it_became_known(tmp_path: Path) -> None:
    [read] = read_ratios(written(tmp_path, reply(APPLE)))
    assert (read.ticker, read.known_on) == ("AAPL", date(2024, 9, 19))
    assert {name: getattr(read, name) for name in RATIO_METRICS} == {
        name: float(APPLE[name]) for name in RATIO_METRICS
    }
    assert len(RATIO_METRICS) == 19


def test_what_is_absent_or_null_is_none_and_the_order_is_kept(tmp_path: Path) -> None:
    loss = {"ticker": "NA", "date": "2015-03-23", "price_to_earnings": None, "cash": 0}
    path = written(tmp_path, reply(APPLE, loss, {"ticker": "KIMpL", "date": "2015-03-23"}))
    assert read_ratios(path)[1:] == [
        Ratios("NA", date(2015, 3, 23), cash=0.0),
        Ratios("KIMpL", date(2015, 3, 23)),
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_none(tmp_path: Path, number: str) -> None:
    row = f'{{"ticker": "A", "date": "2015-03-23", "current": {number}, "quick": -1.5}}'
    [read] = read_ratios(written(tmp_path, f'{{"results": [{row}]}}'))
    assert read == Ratios("A", date(2015, 3, 23), quick=-1.5)


@pytest.mark.parametrize(
    ("row", "place", "why"),
    [
        (APPLE | {"price_to_book": "52.16"}, r"results\[1\]\.price_to_book", "text"),
        (APPLE | {"price_to_book": True}, r"results\[1\]\.price_to_book", "a truth"),
        (APPLE | {"date": "2024-09-31"}, r"results\[1\]\.date", "no date"),
        (APPLE | {"ticker": None}, r"results\[1\]\.ticker", "no ticker"),
        (APPLE | {"ticker": "A\0"}, r"results\[1\]\.ticker", "a zero byte"),
        (APPLE | {"ticker": "A\ud800"}, r"results\[1\]\.ticker", "half of a pair"),
        ({"ticker": "A"}, r"date.*results\[1\]", "no date at all"),
        ([APPLE], r"results\[1\]", "a list of lists"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(
    tmp_path: Path, row: Any, place: str, why: str
) -> None:
    path = written(tmp_path, reply(APPLE, row))
    with pytest.raises(MalformedInput, match=place) as refusal:
        read_ratios(path)
    assert str(path) in str(refusal.value), why
    assert len(str(refusal.value).splitlines()) == 1, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "empty"),
        (b"<html>Forbidden</html>", "a page"),
        (b'{"results": [{"ticker": "A", ', "truncated"),
        (b'{"results": []}]', "something behind it"),
        (b'{"results": [{"ticker": "\xff", "date": "2015-03-23"}]}', "no UTF-8"),
        (b'{"results": null}', "nothing"),
        (b'{"status": "OK"}', "no results"),
        (b'{"results": [{"ticker": "A", "date": "2015-03-23", "cash": 1' + b"0" * 5000, "endless"),
        (b"[" * 100_000, "nested without end"),
    ],
)
def test_malformed_json_is_refused_in_one_line(tmp_path: Path, text: bytes, why: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(MalformedInput) as refusal:
        read_ratios(path)
    assert str(path) in str(refusal.value), why
    assert len(str(refusal.value).splitlines()) == 1, why


def test_a_directory_without_the_list_has_no_ratios(tmp_path: Path, calendar: Calendar) -> None:
    write_day(tmp_path, date(2016, 1, 4), {"A": 20.0})
    source = FlatFiles.open(tmp_path, calendar)
    assert source.ratios() is None
    written(tmp_path, reply(APPLE))
    assert [ratios.ticker for ratios in source.ratios() or []] == ["AAPL"]


def test_the_real_list_is_read_whole(real_data: Path) -> None:
    read = read_ratios(real_data / "ratios.json")
    rows = json.loads((real_data / "ratios.json").read_text())["results"]
    assert len(read) == len(rows) == 4746
    told = [{k: v for k, v in row.items() if k not in {"ticker", "date"}} for row in rows]
    assert [
        {name: getattr(r, name) for name in RATIO_METRICS if getattr(r, name) is not None}
        for r in read
    ] == told
