"""Ratios in, each with the day it became known, and what was known on a day out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline import faults
from technic_pipeline.sources import Ratios
from technic_pipeline.sources.reference import RATIO_METRICS
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import array_text

# Autovacuum comes too late for the scans that follow a load at once.
ROWS_WORTH_ANALYZING = 1_000


@dataclass(frozen=True)
class RatiosReport:
    """What a list of ratios changed.

    `unresolved` ones are of tickers that nobody bore; of `repeated` ones a later entry of the list
    is for the same ticker and day and counts instead.
    """

    listed: int
    unresolved: int
    repeated: int
    added: int


def record_ratios(engine: sa.Engine, listed: Sequence[Ratios]) -> RatiosReport:
    """Add what the list says that is not known yet; nothing that was told before is replaced.

    What was computed from the values before is marked stale.
    """
    with engine.begin() as connection:
        _stage(connection, listed)
        connection.execute(sa.text("drop table if exists changed_ratios"))
        connection.execute(statement("changed_ratios"))
        added = connection.execute(statement("insert_ratios")).rowcount
        if added:
            connection.execute(statement("mark_ratios_stale"))
        unresolved, repeated = connection.execute(statement("count_unused_ratios")).one()
        if added >= ROWS_WORTH_ANALYZING:
            connection.execute(statement("analyze_tables"), {"tables": ["fundamentals"]})
        faults.reach("before-commit-ratios")
    faults.reach("after-commit-ratios")
    return RatiosReport(len(listed), unresolved, repeated, added)


def repoint_ratios(connection: sa.Connection, symbol_ids: Sequence[int]) -> int:
    """Give the ratios of some symbols to those who, by what is known now, bore their tickers."""
    connection.execute(sa.text("drop table if exists changed_ratios"))
    moved = connection.execute(statement("repointed_ratios"), {"symbol_ids": list(symbol_ids)})
    if moved.rowcount:
        connection.execute(statement("mark_ratios_stale"))
        for step in _MOVE:
            connection.execute(sa.text(step))
        connection.execute(statement("mark_ratios_stale"))
    return moved.rowcount


# All leave before any arrives: two symbols may exchange the ratios of a day.
_MOVE = (
    "insert into repointed_fundamentals (ticker, known_on, fetched_at, symbol_id)"
    " select ticker, known_on, fetched_at, symbol_id from changed_ratios",
    "delete from fundamentals f using changed_ratios c"
    " where (f.symbol_id, f.known_on, f.fetched_at) = (c.symbol_id, c.known_on, c.fetched_at)",
    "update changed_ratios set symbol_id = owner_id",
    "alter table changed_ratios drop column owner_id",
    "insert into fundamentals select * from changed_ratios on conflict do nothing",
)


def read_ratios(url: str, as_of: date) -> pa.Table:
    """Of every symbol with ratios known on that day the newest: symbol_id, sector, metrics."""
    return read_packed(url, "read_ratios", [as_of])


def read_ratios_of(url: str, as_of: date, symbol_id: NDArray[np.int32]) -> pa.Table:
    """Of each of the symbols that has any: symbol_id, known_on, market_cap, metrics."""
    return read_packed(url, "read_ratios_of", [as_of, array_text(symbol_id)])


def _stage(connection: sa.Connection, listed: Sequence[Ratios]) -> None:
    values = np.array(list(map(attrgetter(*RATIO_METRICS), listed)), dtype=np.float64)
    values = values.reshape(len(listed), len(RATIO_METRICS))
    # NaN is NULL; adding zero turns -0.0 into 0.0.
    values = np.where(np.isfinite(values), values, np.nan) + 0.0
    connection.execute(statement("stage_ratios"))
    copy_columns(
        connection,
        "staged_ratios",
        {
            "place": np.arange(len(listed), dtype=np.int32),
            "ticker": pa.array([r.ticker for r in listed], pa.string()),
            "known_on": np.array([r.known_on for r in listed], "datetime64[D]"),
            **dict(zip(RATIO_METRICS, values.T, strict=True)),
        },
    )
    connection.execute(sa.text("analyze staged_ratios"))
