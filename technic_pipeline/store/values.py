"""Bars out and indicator rows in, for some symbols at a time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.engines.history import BarHistory, IndicatorRows, SplitRecords
from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import read_arrow, statement


def read_history(url: str, symbol_id: NDArray[np.int32], calendar: Calendar) -> BarHistory:
    """Every bar and every split of some symbols; `symbol_id` must be sorted and distinct."""
    listed = array_text(symbol_id)
    bars = read_arrow(url, "read_bars", [listed])
    owner = np.searchsorted(symbol_id, column(bars, "symbol_id"))
    session = column(bars, "session").astype("datetime64[D]")
    order = np.lexsort((session, owner))
    session = session[order]
    start = np.searchsorted(owner[order], np.arange(len(symbol_id) + 1))
    return BarHistory(
        symbol_id=symbol_id,
        start=start,
        session=session,
        ordinal=calendar.ordinals(session),
        splits=_read_splits(url, listed, symbol_id),
        explained=_read_explained(url, listed, owner[order], session, symbol_id),
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


def replace_rows(
    connection: sa.Connection,
    symbol_id: NDArray[np.int32],
    from_session: NDArray[np.datetime64],
    rows: IndicatorRows,
) -> list[date]:
    """Put rows in the place of all rows of the symbols from each one's session on.

    Returns the sessions of which a stored row was replaced or removed.
    """
    restated = connection.scalars(
        statement("restated_rows"),
        {
            "symbol_ids": symbol_id.tolist(),
            "sessions": from_session.tolist(),
            "earliest": from_session.min().item(),
        },
    ).all()
    # In session order, because a scan reads a session.
    order = np.lexsort((rows.symbol_id, rows.session))
    columns = {
        "session": rows.session[order],
        "symbol_id": rows.symbol_id[order],
        "bars": rows.bars[order],
        **dict(zip(STORED_COLUMNS, rows.values[order].T, strict=True)),
    }
    copy_columns(connection, "indicators", columns)
    return list(restated)


def column(table: pa.Table, name: str) -> NDArray:
    """A column of a result as NumPy sees it; a NULL number is NaN."""
    return table[name].to_numpy()


def array_text(numbers: NDArray) -> str:
    """PostgreSQL's text form of an array."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"
