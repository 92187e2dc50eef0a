"""What changed, for whom, from which session; and the indicators brought up to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline import progress
from technic_pipeline.engines import cpu
from technic_pipeline.engines.history import BarHistory, IndicatorRows
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import read_arrow, statement
from technic_pipeline.store.values import column, read_history, replace_rows

# Bounds memory: at 450 bars a symbol and 2.5 KB a bar on its way a load takes 300 MB.
SYMBOLS_AT_ONCE = 256
# Autovacuum comes too late for the scans that follow a load at once.
ROWS_WORTH_ANALYZING = 100_000


@dataclass(frozen=True)
class Delta:
    """One entry a changed symbol, by symbol_id: first session touched, newest change."""

    symbol_id: NDArray[np.int32]
    from_session: NDArray[np.datetime64]
    change_id: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.symbol_id)

    def part(self, start: int, size: int) -> Delta:
        """Some of the symbols."""
        some = slice(start, start + size)
        return Delta(self.symbol_id[some], self.from_session[some], self.change_id[some])


@dataclass(frozen=True)
class DeltaReport:
    """What following the changes took: symbols, rows written, and the sessions restated."""

    symbols: int
    rows: int
    restated: tuple[date, ...]


def read_delta(url: str) -> Delta:
    """The changes that no indicator row reflects yet."""
    table = read_arrow(url, "read_pending")
    return Delta(
        column(table, "symbol_id"),
        column(table, "from_session").astype("datetime64[D]"),
        column(table, "change_id"),
    )


def follow_changes(url: str, engine: sa.Engine, calendar: Calendar) -> DeltaReport:
    """Bring `indicators` up to every pending change, some symbols a transaction.

    Each transaction leaves its symbols whole and takes their changes off the list, so that a run
    that is cut short goes on where it was.
    """
    delta = read_delta(url)
    rows = 0
    restated: set[date] = set()
    for start in range(0, len(delta), SYMBOLS_AT_ONCE):
        part = delta.part(start, SYMBOLS_AT_ONCE)
        history = read_history(url, part.symbol_id, calendar)
        values = compute_rows(history, part.from_session)
        restated.update(_write(engine, part, history, values))
        rows += len(values)
        progress.report("indicators", min(start + SYMBOLS_AT_ONCE, len(delta)), len(delta))
    if rows >= ROWS_WORTH_ANALYZING:
        _analyze(engine)
    return DeltaReport(len(delta), rows, tuple(sorted(restated)))


def compute_rows(history: BarHistory, from_session: NDArray[np.datetime64]) -> IndicatorRows:
    """The stored columns of every symbol from its `from_session` on."""
    first_wanted = history.first_bar_from(from_session)
    return cpu.compute(history, first_wanted, REGISTRY, STORED_COLUMNS)


def _write(
    engine: sa.Engine, delta: Delta, history: BarHistory, values: IndicatorRows
) -> list[date]:
    symbol_ids = delta.symbol_id.tolist()
    with engine.begin() as connection:
        restated = replace_rows(connection, delta.symbol_id, delta.from_session, values)
        touched = set(restated) | set(np.unique(values.session).tolist())
        connection.execute(statement("mark_stale"), {"sessions": sorted(touched)})
        first, last = _first_and_last(history)
        connection.execute(
            statement("update_symbol_sessions"),
            {"symbol_ids": symbol_ids, "first_sessions": first, "last_sessions": last},
        )
        connection.execute(
            statement("clear_pending"),
            {"symbol_ids": symbol_ids, "change_ids": delta.change_id.tolist()},
        )
    return restated


def _analyze(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("analyze symbols, daily_bars, indicators"))


def _first_and_last(history: BarHistory) -> tuple[list[date | None], list[date | None]]:
    """Each symbol's first and last session, None where it has no bar left."""
    begins, ends = history.start[:-1], history.start[1:]
    sessions = history.session
    some = begins < ends
    first = np.full(len(begins), np.datetime64("NaT", "D"))
    last = first.copy()
    first[some], last[some] = sessions[begins[some]], sessions[ends[some] - 1]
    return list(first.tolist()), list(last.tolist())
