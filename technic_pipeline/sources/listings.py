"""The lists that may lie beside day files: the vendor's shapes, decoded into typed values."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.csv as pa_csv

from technic_pipeline.bounded import read_file
from technic_pipeline.errors import MalformedInput
from technic_pipeline.sources.reference import Split, SymbolDescription

Reply = TypeVar("Reply")
# The longest list, ratios of 6,000 companies by quarter over ten years, takes 170 MB.
LARGEST_LIST = 256 * 1024 * 1024
# PostgreSQL's text holds no zero byte, and UTF-8 no half of a pair.
Text = Annotated[str, msgspec.Meta(pattern=r"^[^\x00\ud800-\udfff]*$")]


class SplitRecord(msgspec.Struct):
    """One entry of /stocks/v1/splits."""

    ticker: Text
    execution_date: date
    split_from: float
    split_to: float
    id: Text | None = None


class SplitsReply(msgspec.Struct):
    """A page of /stocks/v1/splits."""

    results: list[SplitRecord]


def read_splits(path: Path) -> list[Split]:
    """The splits of a splits.json.

    Raises:
        MalformedInput: the file is not JSON of the vendor's shape; names the place in it.
    """
    return [
        Split(r.ticker, r.execution_date, r.split_from, r.split_to, r.id)
        for r in decode(path, SplitsReply).results
    ]


def read_descriptions(path: Path) -> list[SymbolDescription]:
    """The rows of a tickers.csv; only the column `ticker` must be there, an empty field is None.

    Raises:
        MalformedInput: the file is not a CSV with that column, or a ticker stands in it twice.
    """
    text = read_file(path, LARGEST_LIST)
    if b"\0" in text:
        raise MalformedInput(path, "holds a zero byte")
    if text.count(b'"') % 2:
        # To the reader all the lines that follow would be one name.
        raise MalformedInput(path, "a quote is never closed")
    options = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(_DESCRIPTION_COLUMNS, pa.string()), strings_can_be_null=False
    )
    # A quoted name may hold a line break.
    parsing = pa_csv.ParseOptions(newlines_in_values=True)
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text), parse_options=parsing, convert_options=options
        )
    except pa.ArrowInvalid as error:
        raise MalformedInput(path, str(error).splitlines()[0]) from None
    _require_columns(path, table)
    tickers: list[str] = table["ticker"].to_pylist()
    if len(set(tickers)) != len(tickers):
        ((twice, _),) = Counter(tickers).most_common(1)
        raise MalformedInput(path, f"lists the ticker {twice} twice", "keep one of them")
    told = (_told(table, column) for column in _DESCRIPTION_COLUMNS[1:])
    return list(map(SymbolDescription, tickers, *told))


_DESCRIPTION_COLUMNS = ("ticker", "name", "type", "primary_exchange", "sector", "industry")


def _require_columns(path: Path, table: pa.Table) -> None:
    try:
        names = Counter(table.column_names)
    except UnicodeDecodeError:
        raise MalformedInput(path, "has a column whose name is no UTF-8") from None
    if not names["ticker"]:
        raise MalformedInput(path, "has no column 'ticker'")
    for name in _DESCRIPTION_COLUMNS:
        if names[name] > 1:
            raise MalformedInput(path, f"has the column '{name}' twice", "keep one of them")


def _told(table: pa.Table, column: str) -> list[str | None]:
    """A column's texts, None where they are empty or the file has no such column."""
    if column not in table.column_names:
        return [None] * len(table)
    return [text or None for text in table[column].to_pylist()]


def decode(path: Path, shape: type[Reply]) -> Reply:
    """A JSON file as a value of a shape.

    Raises:
        MalformedInput: it is not; names the place in it.
    """
    try:
        return msgspec.json.decode(read_file(path, LARGEST_LIST), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedInput(path, str(error)) from None
