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
        # With its length before it, so that no two lists of tickers run together to one text.
        tickers = [_marked(ticker) for ticker in self.ticker.to_pylist()]
        _, place = np.unique(np.array(tickers, dtype=object), return_inverse=True)
        days = self.day.astype(np.int64)
        numbers = np.column_stack([getattr(self, name) for name in NUMBERS])
        order = np.lexsort((*numbers.T[::-1], days, place))
        digest = hashlib.sha256(str(self.session).encode())
        digest.update(b"".join(tickers[row] for row in order))
        digest.update(np.ascontiguousarray(days[order]).tobytes())
        digest.update(np.ascontiguousarray(numbers[order]).tobytes())
        return digest.hexdigest()


def _marked(ticker: str | None) -> bytes:
    written = b"" if ticker is None else ticker.encode()
    length = -1 if ticker is None else len(written)
    return length.to_bytes(4, "big", signed=True) + written
