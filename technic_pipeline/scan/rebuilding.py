"""Published scans made once more from what was known at a moment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.engines.engine import Engine, compute
from technic_pipeline.errors import NotKnownThen
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.scan.definition import ScanDefinition
from technic_pipeline.scan.inputs import ScanInputs
from technic_pipeline.scan.ranking import RankedScan, rank_scan
from technic_pipeline.scan.reading import read_inputs, read_previous_ranks, stored_columns
from technic_pipeline.scan.used_columns import used_columns
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.as_known import as_known
from technic_pipeline.store.database import read_rows
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import column, read_history

# Bounds memory: whole histories are read and computed.
SYMBOLS_AT_ONCE = 1_000


@dataclass(frozen=True)
class PublishedRun:
    """A version of a scan, as far as it is needed to make it once more."""

    scan_run_id: int
    scan: str
    session: date
    version: int
    published_at: datetime
    engine_fingerprint: str
    definition: ScanDefinition


@dataclass(frozen=True)
class Rebuilt:
    """A version that was published by a moment, and what comes of all that was known then.

    `other` counts the ranked symbols of which any column differs, or that only one of both ranks;
    `examples` names some of these columns. `same_build` is whether the engine is the version's.
    """

    run: PublishedRun
    ranked: RankedScan
    other: int
    examples: Sequence[str]
    same_build: bool


def rebuild_scans(
    urls: tuple[str, str],
    calendar: Calendar,
    session: date,
    moment: datetime,
    computing: Engine,
) -> list[Rebuilt]:
    """Rank a session anew from what was known at a moment, by each definition published by then.

    Bars, splits, descriptions, ratios and the ranks of the session before are those of the moment;
    indicators are computed from the first bar on. Nothing is written. `urls` are PostgreSQL's,
    Redis'.

    Raises:
        NotKnownThen: the session had not been published.
    """
    known = as_known(urls[0], moment)
    runs = _known_runs(urls[0], session, moment)
    columns = tuple({name: None for run in runs for name in used_columns(run.definition)})
    inputs = _inputs_as_known((known, urls[1]), calendar, session, columns, computing)
    return [_rebuild(urls[0], known, calendar, run, inputs, computing) for run in runs]


def _known_runs(url: str, session: date, moment: datetime) -> list[PublishedRun]:
    at = {"session": session, "moment": moment}
    rows = read_rows(url, "read_known_runs", at)
    if not rows:
        [first] = read_rows(url, "read_first_published", {"session": session})
        raise NotKnownThen(session, moment, first["published_at"])
    return [
        PublishedRun(definition=ScanDefinition.from_json(row.pop("definition")), **row)
        for row in rows
    ]


def _inputs_as_known(
    known: tuple[str, str],
    calendar: Calendar,
    session: date,
    columns: Sequence[str],
    computing: Engine,
) -> ScanInputs:
    stored = stored_columns(columns)
    traded = np.sort(column(read_packed(known[0], "read_session_bars", [session]), "symbol_id"))
    parts = [
        _values(known[0], calendar, session, traded[at : at + SYMBOLS_AT_ONCE], stored, computing)
        for at in range(0, len(traded), SYMBOLS_AT_ONCE)
    ]
    return read_inputs(*known, session, calendar, columns, pa.concat_tables(parts))


def _values(
    url: str,
    calendar: Calendar,
    session: date,
    symbol_id: NDArray[np.int32],
    columns: Sequence[str],
    computing: Engine,
) -> pa.Table:
    """What `read_session_values` reads, computed."""
    history = read_history(url, symbol_id, calendar)
    first = history.first_bar_from(np.full(len(symbol_id), session, "datetime64[D]"))
    rows = compute(computing, history, first, REGISTRY, columns)
    here = rows.session == np.datetime64(session, "D")
    return pa.table(
        {"symbol_id": rows.symbol_id[here], "bars": rows.bars[here]}
        | dict(zip(columns, rows.values[here].T, strict=True))
    )


def _rebuild(
    url: str,
    known: str,
    calendar: Calendar,
    run: PublishedRun,
    inputs: ScanInputs,
    computing: Engine,
) -> Rebuilt:
    previous = read_previous_ranks(known, run.scan, run.session, calendar)
    ranked = rank_scan(run.definition, inputs, previous, computing.arrays)
    ours = {row["symbol_id"]: row for row in _rows(ranked)}
    published = {row["symbol_id"]: row for row in _published_rows(url, run, list(ranked.columns))}
    other = [s for s in ours.keys() | published.keys() if ours.get(s) != published.get(s)]
    return Rebuilt(
        run=run,
        ranked=ranked,
        other=len(other),
        examples=[_difference(ours.get(s), published.get(s)) for s in sorted(other)[:3]],
        same_build=run.engine_fingerprint == computing.fingerprint,
    )


def _rows(ranked: RankedScan) -> list[dict[str, Any]]:
    """Rows as PostgreSQL would give them, missing numbers None."""
    columns = {
        name: _listed(values.tolist() if isinstance(values, np.ndarray) else values.to_pylist())
        for name, values in ranked.columns.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _listed(values: list[Any]) -> list[Any]:
    return [
        _listed(v) if isinstance(v, list) else None if isinstance(v, float) and math.isnan(v) else v
        for v in values
    ]


def _published_rows(url: str, run: PublishedRun, columns: Sequence[str]) -> list[dict[str, Any]]:
    return read_rows(
        url, "read_run_rows", {"session": run.session, "run": run.scan_run_id}, columns
    )


def _difference(ours: Mapping[str, Any] | None, theirs: Mapping[str, Any] | None) -> str:
    if ours is None or theirs is None:
        row, who = (theirs, "published") if ours is None else (ours, "rebuilt")
        return f"{row['ticker'] if row else ''} is only in the {who} table"
    name = next(name for name in ours if ours[name] != theirs[name])
    return f"{theirs['ticker']}: {name} {theirs[name]} published, {ours[name]} rebuilt"
