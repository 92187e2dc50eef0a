"""What a batch says of a session otherwise than its stored bars do.

Most bars come in again as they are stored. Told apart here, they are neither sent nor compared
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.store.new_bars import Columns
from technic_pipeline.store.packed_columns import read_packed_within
from technic_pipeline.store.values import column

VALUES = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Differences:
    """Which of the batch's rows are new or say something else, and the symbols that it lacks."""

    changed: NDArray[np.bool_]
    absent: NDArray[np.int32]


def differences(connection: sa.Connection, session: date, rows: Columns) -> Differences:
    """Compare a batch's rows, by symbol_id, with the stored ones.

    A missing vwap or number of transactions says nothing.
    """
    stored = read_packed_within(connection, "read_stored_session", [session])
    ours, theirs = rows["symbol_id"], column(stored, "symbol_id")
    at = np.minimum(np.searchsorted(theirs, ours), len(theirs) - 1)
    same = theirs[at] == ours
    tickers = pc.equal(rows["ticker"], stored["ticker"].take(pa.array(at)))  # pyright: ignore[reportAttributeAccessIssue] - made on import
    same &= tickers.to_numpy()
    for name in VALUES:
        same &= rows[name] == column(stored, name)[at]
    for name in ("vwap", "transactions"):
        told = pa.array(rows[name], from_pandas=True).to_numpy(zero_copy_only=False)
        same &= np.isnan(told) | (told == column(stored, name)[at])
    return Differences(~same, np.setdiff1d(theirs, ours, assume_unique=True))
