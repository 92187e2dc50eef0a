"""One session's bars as they arrived."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PRICES = ("open", "high", "low", "close")
NUMBERS = (*PRICES, "volume", "vwap", "transactions")


@dataclass(frozen=True)
class SessionBars:
    """The rows of one reply or file, in its order; column i of every array is row i.

    Numbers are float64 with NaN where the field was absent or empty; `day` is the session that the
    row itself claims (New York date of its time stamp).
    """

    session: date
    source: str
    payload_sha256: str
    fetched_at: datetime
    ticker: pa.StringArray
    day: NDArray[np.datetime64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    vwap: NDArray[np.float64]
    transactions: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ticker)

    def content_sha256(self) -> str:
        """A digest of the rows that does not depend on their order in the payload."""
        tickers = np.array(self.ticker.to_pylist(), dtype="U")
        numbers = np.column_stack([getattr(self, name) for name in NUMBERS])
        order = np.lexsort((*numbers.T[::-1], tickers))
        digest = hashlib.sha256(str(self.session).encode())
        digest.update("\0".join(tickers[order]).encode())
        digest.update(np.ascontiguousarray(self.day[order].astype(np.int64)).tobytes())
        digest.update(np.ascontiguousarray(numbers[order]).tobytes())
        return digest.hexdigest()
