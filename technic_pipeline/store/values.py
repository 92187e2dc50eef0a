"""Bars out and indicator rows in, for some symbols at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.engines.history import BarHistory, IndicatorRows, LastBars, SplitRecords
from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import read_arrow, statement

# From so many on, reading whole sessions is cheaper than looking each symbol up, if they are few.
MANY_SYMBOLS = 500
RECENT_SESSIONS = 10

_NOTHING = np.empty(0, dtype=np.int64)
NO_SPLITS = SplitRecords(
    _NOTHING, _NOTHING.astype("datetime64[D]"), _NOTHING.astype(float), _NOTHING.astype(float)
)


def read_history(url: str, symbol_id: NDArray[np.int32], calendar: Calendar) -> BarHistory:
    """Every bar and every split of some symbols; `symbol_id` must be sorted and distinct."""
    listed = array_text(symbol_id)
    bars = read_arrow(url, "read_bars", [listed])
    splits = _read_splits(url, listed, symbol_id)
    return _history(url, symbol_id, bars, splits, calendar, LastBars.none(len(symbol_id)))


def read_bars_after(
    url: str,
    symbol_id: NDArray[np.int32],
    session: NDArray[np.datetime64],
    before: LastBars,
    calendar: Calendar,
) -> BarHistory:
    """Every bar of some symbols after a session of each, none of which a split adjusts.

    Where the session is NaT, every bar and every split.
    """
    whole = np.isnat(session)
    if whole.all():
        return read_history(url, symbol_id, calendar)
    tables = [_read_after(url, symbol_id[~whole], session[~whole], calendar)]
    splits = NO_SPLITS
    if whole.any():
        listed = array_text(symbol_id[whole])
        tables.append(read_arrow(url, "read_bars", [listed]))
        splits = _read_splits(url, listed, symbol_id)
    return _history(url, symbol_id, pa.concat_tables(tables), splits, calendar, before)


def _read_after(
    url: str, symbol_id: NDArray[np.int32], session: NDArray[np.datetime64], calendar: Calendar
) -> pa.Table:
    days, counts = np.unique(session, return_counts=True)
    common = days[counts.argmax()]
    recent = session >= common
    old = common < np.datetime64(calendar.before(days[-1].item(), RECENT_SESSIONS), "D")
    if old or np.count_nonzero(recent) < MANY_SYMBOLS:
        return read_arrow(url, "read_bars_after", [array_text(symbol_id), array_text(session)])
    bounds = [common.item(), int(symbol_id[0]), int(symbol_id[-1])]
    since = read_arrow(url, "read_bars_since", bounds)
    after = is_after(since, "session", symbol_id[recent], session[recent])
    tables = [since.filter(pa.array(after))]
    if not recent.all():
        known = [array_text(symbol_id[~recent]), array_text(session[~recent])]
        tables.append(read_arrow(url, "read_bars_after", known))
    return pa.concat_tables(tables)


def symbol_day_keys(symbol_id: NDArray, day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """One number for each symbol and day, in their order."""
    return (symbol_id.astype(np.int64) << 32) + day.astype("datetime64[D]").astype(np.int64)


def is_after(
    rows: pa.Table, day: str, symbol_id: NDArray[np.int32], session: NDArray[np.datetime64]
) -> NDArray[np.bool_]:
    """Which rows are of one of the symbols (sorted), and of a `day` after its session."""
    owner = column(rows, "symbol_id")
    at = np.minimum(np.searchsorted(symbol_id, owner), len(symbol_id) - 1)
    return (column(rows, day).astype("datetime64[D]") > session[at]) & (symbol_id[at] == owner)


def _history(
    url: str,
    symbol_id: NDArray[np.int32],
    bars: pa.Table,
    splits: SplitRecords,
    calendar: Calendar,
    before: LastBars,
) -> BarHistory:
    owner = np.searchsorted(symbol_id, column(bars, "symbol_id"))
    session = column(bars, "session").astype("datetime64[D]")
    order = np.lexsort((session, owner))
    owner, session = owner[order], session[order]
    return BarHistory(
        symbol_id=symbol_id,
        start=np.searchsorted(owner, np.arange(len(symbol_id) + 1)),
        session=session,
        ordinal=calendar.ordinals(session),
        splits=splits,
        explained=_read_explained(url, array_text(symbol_id), owner, session, symbol_id),
        before=before,
        **{name: column(bars, name)[order] for name in ("open", "high", "low", "close", "volume")},
    )


def _read_splits(url: str, listed: str, symbol_id: NDArray[np.int32]) -> SplitRecords:
    splits = read_arrow(url, "read_splits", [listed])
    return SplitRecords(
        symbol=np.searchsorted(symbol_id, column(splits, "symbol_id")),
        execution_date=column(splits, "execution_date").astype("datetime64[D]"),
        split_from=column(splits, "split_from"),
        split_to=column(splits, "split_to"),
    )


def _read_explained(
    url: str,
    listed: str,
    owner: NDArray[np.int64],
    session: NDArray[np.datetime64],
    symbol_id: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Positions of the bars whose jump was explained."""
    explained = read_arrow(url, "read_explained_jumps", [listed])
    of = np.searchsorted(symbol_id, column(explained, "symbol_id"))
    days = column(explained, "session").astype("datetime64[D]")
    return np.array(
        [
            at
            for symbol, day in zip(of, days, strict=True)
            for at in np.flatnonzero((owner == symbol) & (session == day))
        ],
        dtype=np.int64,
    )


def remove_rows(
    connection: sa.Connection, symbol_id: NDArray[np.int32], from_session: NDArray[np.datetime64]
) -> list[date]:
    """Remove all rows of the symbols from each one's session on; the sessions that had any."""
    if len(symbol_id) == 0:
        return []
    return list(
        connection.scalars(
            statement("restated_rows"),
            {
                "symbol_ids": array_text(symbol_id),
                "sessions": array_text(from_session),
                "earliest": from_session.min().item(),
            },
        )
    )


def insert_rows(connection: sa.Connection, rows: IndicatorRows, engine_build_id: int) -> None:
    """Append rows of one engine build."""
    columns = {
        "session": rows.session,
        "symbol_id": rows.symbol_id,
        "bars": rows.bars,
        **dict(zip(STORED_COLUMNS, rows.values.T, strict=True)),
        "bars_digest": rows.digest,
        "engine_build_id": np.full(len(rows), engine_build_id, dtype=np.int32),
    }
    copy_columns(connection, "indicators", columns)


def column(table: pa.Table, name: str) -> NDArray:
    """A column of a result as NumPy sees it; a NULL number is NaN."""
    return table[name].to_numpy()


def days(sessions: Sequence[date]) -> NDArray[np.datetime64]:
    """Dates as NumPy sees them."""
    return np.array(sessions, dtype="datetime64[D]")


def array_text(values: NDArray) -> str:
    """PostgreSQL's text form of an array of numbers or days, NULL where a day is missing."""
    if values.dtype.kind == "M":
        # Of many days few are different ones, and each takes a microsecond to write.
        days, of_each = np.unique(values.astype("datetime64[D]"), return_inverse=True)
        text = np.where(np.isnat(days), "NULL", days.astype(str)).astype(object)
        return "{" + ",".join(text[of_each].tolist()) + "}"
    return "{" + ",".join(map(str, values.tolist())) + "}"
