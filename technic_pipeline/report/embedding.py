"""A report as the JSON that its page carries: columns, short, and safe inside a script element."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.report.content import Changes, Relabelling, Report, ScanPart, Table
from technic_pipeline.scan.labels import WORDS
from technic_pipeline.sessions import NEW_YORK
from technic_pipeline.store.values import column

# Of each list of what changed, so many are named; all are counted.
NAMED = 30
POINTS = 100
# Of a number with so many significant digits a table shows none that is missing.
DIGITS = 4
PRICE_DECIMALS = 2
# Below this a price has four.
SMALL_PRICE = 1.0

# Inside a string JSON may write them so; as themselves they could end the script element.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def embedded(report: Report) -> str:
    """The report as one line of JSON that no ticker or name can break out of."""
    said = {
        "session": str(report.session),
        "weekday": f"{report.session:%A}",
        "made": _moment(report.made_at),
        "sessions": [str(day) for day in report.sessions],
        "labels": list(WORDS),
        "scans": [_scan(part) for part in report.scans],
        "symbols": _symbols(report),
    }
    return escaped(msgspec.json.encode(said).decode())


def escaped(json: str) -> str:
    """JSON without the characters that mean something to HTML, or end a line of a script."""
    for character, code in _ESCAPES.items():
        json = json.replace(character, code)
    return json


def cents(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points in hundredths, NaN where missing, such that each row adds up to its rounded score.

    Every sum on the way is rounded instead of every part, so that none is off by more than one.
    """
    sums = np.rint(np.cumsum(np.nan_to_num(points), axis=1) * POINTS)
    return np.where(np.isnan(points), np.nan, np.diff(sums, axis=1, prepend=0.0))


def _scan(part: ScanPart) -> dict[str, Any]:
    return {
        "name": part.scan,
        "description": part.description,
        "version": part.version,
        "published": _moment(part.published_at),
        "stale": _moment(part.stale_since) if part.stale_since else None,
        "population": part.population,
        "ranked": part.ranked,
        "weights": [list(weight) for weight in part.weights],
        "funnel": [list(line) for line in part.funnel],
        "sectors": [
            [s.sector, s.ranked, round(s.score, 1), s.up, s.down, s.best] for s in part.sectors
        ],
        "changes": _changes(part.changes) if part.changes else None,
        "rows": _rows(part.table),
    }


def _rows(table: Table) -> dict[str, Any]:
    parts = cents(table.points)
    return {
        "symbol": table.security.tolist(),
        "score": np.nansum(parts, axis=1).astype(np.int64).tolist(),
        "parts": [_whole(parts[:, at]) for at in range(parts.shape[1])],
        "previous": table.previous_rank.tolist(),
        "in_sector": table.sector_rank.tolist(),
        **{name: _prices(values) for name, values in table.levels.items()},
    }


def _changes(changes: Changes) -> dict[str, Any]:
    steps = {word: at for at, word in enumerate(WORDS)}

    def moved(label: Relabelling) -> int:
        return steps[label.now] - steps[label.before]

    def named(labels: Sequence[Relabelling]) -> dict[str, Any]:
        farthest = sorted(labels, key=lambda label: (-abs(moved(label)), label.rank))[:NAMED]
        rows = [[label.rank, steps[label.before], steps[label.now]] for label in farthest]
        return {"count": len(labels), "named": rows}

    left = [[d.ticker, d.name, d.previous_rank, d.reason] for d in changes.left[:NAMED]]
    return {
        "since": str(changes.since),
        "left": {"count": len(changes.left), "named": left},
        "raised": named([label for label in changes.relabelled if moved(label) > 0]),
        "lowered": named([label for label in changes.relabelled if moved(label) < 0]),
    }


def _symbols(report: Report) -> dict[str, Any]:
    rows = report.securities
    label = {word: at for at, word in enumerate(WORDS)}
    return {
        "ticker": rows["ticker"].to_pylist(),
        "name": rows["name"].to_pylist(),
        "sector": _coded(rows["sector"]),
        "industry": _coded(rows["industry"]),
        "label": [label.get(word) for word in rows["rating_label"].to_pylist()],
        "close": _prices(column(rows, "close")),
        "change": np.round(column(rows, "change_pct"), 2).tolist(),
        "rating": np.round(column(rows, "tech_rating"), 2).tolist(),
        "strength": _whole(column(rows, "rs_rating")),
        "times": np.round(column(rows, "rel_volume_10"), 2).tolist(),
        **{
            name: _whole(_significant(column(rows, source)))
            for name, source in (
                ("volume", "volume"),
                ("dollars", "dollar_volume_20"),
                ("cap", "market_cap"),
            )
        },
        "line": list(report.sparklines),
    }


def _coded(words: pa.ChunkedArray) -> dict[str, list]:
    coded = words.combine_chunks().dictionary_encode()
    return {"words": coded.dictionary.to_pylist(), "codes": coded.indices.to_pylist()}


def _prices(values: NDArray[np.float64]) -> list[float]:
    rounded = np.round(values, PRICE_DECIMALS)
    return np.where(np.abs(values) < SMALL_PRICE, np.round(values, 4), rounded).tolist()


def _significant(values: NDArray[np.float64]) -> NDArray[np.float64]:
    size = np.abs(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(size >= 1, np.floor(np.log10(size)), 0)
    unit = 10.0 ** np.maximum(exponent - DIGITS + 1, 0)
    return np.rint(values / unit) * unit


def _whole(values: NDArray[np.float64]) -> list[int | None]:
    """As integers, which take fewer letters; None where missing."""
    numbers = np.nan_to_num(values).astype(np.int64).tolist()
    missing = np.isnan(values)
    for at in np.flatnonzero(missing).tolist():
        numbers[at] = None
    return numbers


def _moment(moment: datetime) -> str:
    """In New York, where the exchange is, and in UTC."""
    there, utc = moment.astimezone(NEW_YORK), moment.astimezone(UTC)
    return f"{there:%Y-%m-%d %H:%M} New York ({utc:%H:%M} UTC)"
