"""Accepted rows as columns of `daily_bars`, and the bars of a session that had none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.sources import SessionBars
from technic_pipeline.store.bearers import bearers
from technic_pipeline.store.binary_copy import Column, copy_columns

Columns = Mapping[str, Column]


def accepted_rows(
    connection: sa.Connection, bars: SessionBars, accepted: NDArray[np.int64]
) -> Columns:
    """The accepted rows with the symbols that bear their tickers, by symbol_id.

    Tickers that nobody bears get a symbol.
    """
    symbol_id = bearers(connection, bars.ticker.take(pa.array(accepted)), bars.session)
    by_symbol = np.argsort(symbol_id, kind="stable")
    rows = accepted[by_symbol]
    transactions = bars.transactions[rows]
    missing = np.isnan(transactions)
    whole = np.rint(np.where(missing, 0.0, transactions)).astype(np.int64)
    return {
        "symbol_id": symbol_id[by_symbol],
        "ticker": bars.ticker.take(pa.array(rows)),
        **{name: getattr(bars, name)[rows] for name in ("open", "high", "low", "close")},
        "volume": bars.volume[rows],
        "vwap": bars.vwap[rows],
        "transactions": pa.array(whole, mask=missing),
    }


def chosen_rows(rows: Columns, chosen: NDArray[np.bool_]) -> Columns:
    """Some of the rows."""
    at = np.flatnonzero(chosen)
    return {
        name: column[at] if isinstance(column, np.ndarray) else column.take(pa.array(at))
        for name, column in rows.items()
    }


def insert_session(connection: sa.Connection, session: date, rows: Columns, batch_id: int) -> None:
    """Store a session that has no bars yet, and record whose indicators must follow."""
    count = len(rows["symbol_id"])
    day = np.full(count, session, dtype="datetime64[D]")
    batch = np.full(count, batch_id, dtype=np.int32)
    copy_columns(connection, "daily_bars", {**rows, "session": day, "batch_id": batch})
    pending = {"symbol_id": rows["symbol_id"], "from_session": day, "batch_id": batch}
    copy_columns(connection, "pending_changes", pending)
