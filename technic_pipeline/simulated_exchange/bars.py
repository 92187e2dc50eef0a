"""Grouped daily bars in the vendor's shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from technic_pipeline.sources.bars import SessionBars
from technic_pipeline.sources.reference import Split

# The vendor's name of each column.
FIELDS = {
    "o": "open",
    "h": "high",
    "l": "low",
    "c": "close",
    "v": "volume",
    "vw": "vwap",
    "n": "transactions",
}
# As at the vendor, some volumes come in scientific notation: every so many of the large ones.
SCIENTIFIC_EVERY, SCIENTIFIC_FROM = 5, 1e6

Row = dict[str, Any]


def bar_rows(bars: SessionBars, closed_at: datetime) -> list[Row]:
    """The rows of one session, stamped with its close."""
    stamp = round(closed_at.timestamp() * 1000)
    columns = [getattr(bars, name).tolist() for name in FIELDS.values()]
    rows = []
    for ticker, *values in zip(bars.ticker.to_pylist(), *columns, strict=True):
        row: Row = {"T": ticker, **dict(zip(FIELDS, values, strict=True)), "t": stamp}
        row["n"] = int(row["n"])
        rows.append(row)
    return rows


def adjusted_rows(rows: Sequence[Row], session: date, splits: Sequence[Split]) -> list[Row]:
    """The rows as every later split of their tickers makes them look."""
    factors: dict[str, float] = {}
    for split in splits:
        if split.execution_date > session:
            factor = factors.get(split.ticker, 1.0)
            factors[split.ticker] = factor * split.split_from / split.split_to
    return [_adjusted(row, factors.get(row["T"], 1.0)) for row in rows]


def in_notation(text: bytes, rows: Sequence[Row]) -> bytes:
    """The reply's text with some of its volumes written as 1.437085e+06, where that is exact."""
    volumes = [row["v"] for row in rows if isinstance(row.get("v"), float)]
    large = [volume for volume in volumes if volume >= SCIENTIFIC_FROM]
    for volume in large[::SCIENTIFIC_EVERY]:
        scientific = np.format_float_scientific(volume)
        text = text.replace(f'"v":{volume},'.encode(), f'"v":{scientific},'.encode(), 1)
    return text


def _adjusted(row: Row, factor: float) -> Row:
    if factor == 1.0:
        return row
    prices = {name: row[name] * factor for name in ("o", "h", "l", "c", "vw") if name in row}
    return row | prices | {"v": row["v"] / factor}
