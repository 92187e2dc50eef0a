"""A session's report, read from what was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline import clock
from technic_pipeline.report.changes import read_changes
from technic_pipeline.report.content import (
    Changes,
    Report,
    ScanPart,
    SectorLine,
    Table,
)
from technic_pipeline.report.sparklines import read_sparklines, shown_sessions
from technic_pipeline.report.versions import ShownVersion, edition
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import array_text, column

WORDS = ("ticker", "name", "sector", "industry", "rating_label")
NUMBERS = (
    "close",
    "change_pct",
    "volume",
    "rel_volume_10",
    "dollar_volume_20",
    "market_cap",
    "tech_rating",
    "rs_rating",
)
LEVELS = ("entry", "stop", "target")


def read_report(
    url: str, session: date, calendar: Calendar, versions: tuple[ShownVersion, ...]
) -> Report:
    """What the page of a session shows of its newest versions, of which there must be one."""
    runs = array_text(np.array([v.scan_run_id for v in versions], dtype=np.int32))
    rows = read_packed(url, "report_rows", [session, runs])
    securities, security = distinct_securities(rows)
    days = shown_sessions(calendar, session)
    symbol_id, line = np.unique(column(securities, "symbol_id"), return_inverse=True)
    with ThreadPoolExecutor(1, "sparklines") as aside:
        lines = aside.submit(read_sparklines, url, symbol_id, days)
        parts = _parts(url, session, versions, rows, security)
        drawn = lines.result()
    return Report(
        session=session,
        edition=edition(versions),
        made_at=clock.now(),
        sessions=days,
        scans=parts,
        securities=securities,
        sparklines=tuple(drawn[at] for at in line.tolist()),
    )


def _parts(
    url: str,
    session: date,
    versions: tuple[ShownVersion, ...],
    rows: pa.Table,
    security: NDArray[np.int64],
) -> tuple[ScanPart, ...]:
    runs = array_text(np.array([v.scan_run_id for v in versions], dtype=np.int32))
    points = column(read_packed(url, "report_points", [session, runs]), "points")
    sectors = _by_run(read_packed(url, "report_sectors", [session, runs]))
    funnels = _by_run(read_packed(url, "report_funnels", [runs]))
    tables = _tables(rows, points, security, versions)
    changes = read_changes(url, rows, versions)
    return tuple(
        _part(v, tables[v.scan_run_id], sectors, funnels, changes.get(v.scan_run_id))
        for v in versions
    )


def distinct_securities(rows: pa.Table) -> tuple[pa.Table, NDArray[np.int64]]:
    """What the rows say of their symbols, each saying once, and where each row's is.

    Scans of a session published at different times may say different things of a symbol.
    """
    codes = [rows[name].combine_chunks().dictionary_encode().indices for name in WORDS]
    said = np.column_stack(
        [column(rows, "symbol_id"), *codes, *(column(rows, name) for name in NUMBERS)]
    ).astype(np.float64)
    key = np.ascontiguousarray(said).view(np.dtype((np.void, said.itemsize * said.shape[1])))
    _, first, place = np.unique(key.ravel(), return_index=True, return_inverse=True)
    # In the order of the rows.
    order = np.argsort(first)
    moved = np.empty(len(order), dtype=np.int64)
    moved[order] = np.arange(len(order))
    return rows.select(["symbol_id", *WORDS, *NUMBERS]).take(first[order]), moved[place]


def _tables(
    rows: pa.Table,
    points: NDArray[np.float64],
    security: NDArray[np.int64],
    versions: Sequence[ShownVersion],
) -> dict[int, Table]:
    """The rows of every version; `points` holds those of a row side by side, row after row."""
    columns = {
        name: column(rows, name)
        for name in ("scan_run_id", "score", "sector_rank", "previous_rank", *LEVELS)
    }
    tables, used = {}, 0
    for version in sorted(versions, key=lambda v: v.scan_run_id):
        first, last = np.searchsorted(
            columns["scan_run_id"], [version.scan_run_id, version.scan_run_id + 1]
        )
        weights = len(version.definition["weights"])
        size = (last - first) * weights
        tables[version.scan_run_id] = Table(
            security=security[first:last],
            points=points[used : used + size].reshape(last - first, weights),
            levels={name: columns[name][first:last] for name in LEVELS},
            **{
                name: columns[name][first:last]
                for name in ("score", "sector_rank", "previous_rank")
            },
        )
        used += size
    return tables


def _part(
    version: ShownVersion,
    table: Table,
    sectors: dict[int, list[dict]],
    funnels: dict[int, list[dict]],
    changes: Changes | None,
) -> ScanPart:
    run = version.scan_run_id
    return ScanPart(
        scan=version.scan,
        scan_run_id=run,
        version=version.version,
        description=version.definition["description"],
        published_at=version.published_at,
        stale_since=version.stale_since,
        population=version.population,
        ranked=version.ranked,
        weights=tuple((w["component"], w["weight"]) for w in version.definition["weights"]),
        funnel=tuple((f["reason"], f["symbols"]) for f in funnels[run]),
        sectors=tuple(SectorLine(**line) for line in sectors[run]),
        changes=changes,
        table=table,
    )


def _by_run(table: pa.Table) -> dict[int, list[dict]]:
    lines = defaultdict(list)
    for row in table.to_pylist():
        lines[row.pop("scan_run_id")].append(row)
    return lines
