"""What changed since the version of the session before that each scan was compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.report.content import Changes, Departure, Relabelling
from technic_pipeline.report.versions import ShownVersion
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import array_text, column, days

Reasons = dict[tuple[int, int], str]


def read_changes(url: str, rows: pa.Table, versions: Sequence[ShownVersion]) -> dict[int, Changes]:
    """By run, for those that have a version before; `rows` are what the versions rank."""
    compared = [version for version in versions if version.previous_scan_run_id]
    if not compared:
        return {}
    sessions = days([v.previous_session for v in compared])
    runs = np.array([v.previous_scan_run_id for v in compared], dtype=np.int32)
    before = read_packed(url, "report_before", [array_text(sessions), array_text(runs)])
    pairs = {
        v: (_of_run(before, v.previous_scan_run_id), _of_run(rows, v.scan_run_id)) for v in compared
    }
    left = {version: _not_in(older, newer) for version, (older, newer) in pairs.items()}
    reasons = _reasons(url, left)
    return {
        version.scan_run_id: Changes(
            since=version.previous_session,
            left=tuple(_departures(left[version], version.scan_run_id, reasons)),
            relabelled=tuple(_relabelled(*pairs[version])),
        )
        for version in compared
    }


def _of_run(rows: pa.Table, run: int) -> pa.Table:
    """The rows of one run; the table is sorted by run."""
    first, last = np.searchsorted(column(rows, "scan_run_id"), [run, run + 1]).tolist()
    return rows.slice(first, last - first)


def _not_in(older: pa.Table, newer: pa.Table) -> pa.Table:
    gone = ~np.isin(column(older, "symbol_id"), column(newer, "symbol_id"))
    return older.filter(pa.array(gone))


def _reasons(url: str, left: dict[ShownVersion, pa.Table]) -> Reasons:
    runs = np.array([version.scan_run_id for version in left], dtype=np.int32)
    symbols = np.unique(np.concatenate([column(rows, "symbol_id") for rows in left.values()]))
    found = read_packed(url, "report_reasons", [array_text(runs), array_text(symbols)])
    return {(row["scan_run_id"], row["symbol_id"]): row["reason"] for row in found.to_pylist()}


def _departures(left: pa.Table, run: int, reasons: Reasons) -> list[Departure]:
    return [
        # Without a reason, no part of the population any more.
        Departure(row["ticker"], row["name"], row["rank"], reasons.get((run, row["symbol_id"]), ""))
        for row in left.to_pylist()
    ]


def _relabelled(older: pa.Table, newer: pa.Table) -> list[Relabelling]:
    _, then, now = np.intersect1d(
        column(older, "symbol_id"),
        column(newer, "symbol_id"),
        assume_unique=True,
        return_indices=True,
    )
    ranks = column(newer, "rank")[now]
    labels = (_labels(older, then), _labels(newer, now))
    moved = np.flatnonzero((labels[0] != labels[1]) & (labels[0] != "") & (labels[1] != ""))
    best_first = moved[np.argsort(ranks[moved])]
    return [
        Relabelling(rank, before, after)
        for rank, before, after in zip(
            ranks[best_first].tolist(), *(words[best_first] for words in labels), strict=True
        )
    ]


def _labels(rows: pa.Table, at: NDArray[np.int64]) -> NDArray[np.object_]:
    return np.array(rows["rating_label"].to_pylist(), dtype=object)[at]
