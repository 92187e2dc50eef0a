"""One session's bars as they arrived."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from technic_pipeline.flat_text import flat_text
from technic_pipeline.sources.payloads import KeptPayload

PRICES = ("open", "high", "low", "close")
NUMBERS = (*PRICES, "volume", "vwap", "transactions")
# Fifty times a day of the market of the United States, three times one of the world's.
MOST_ROWS = 600_000


@dataclass(frozen=True)
class SessionBars:
    """The rows of one reply or file, in its order; column i of every array is row i.

    Numbers are float64 with NaN where the field was absent or empty; `day` is the session that the
    row itself claims (New York date of its time stamp). There is no `payload` where nothing was
    received, since the bars were made here.
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
    payload: KeptPayload | None = None

    def __len__(self) -> int:
        return len(self.ticker)

    def content_sha256(self) -> str:
        """A digest of the rows that does not depend on their order in the payload."""
        order = self._content_order()
        text = flat_text(self.ticker.take(pa.array(order)))
        digest = hashlib.sha256(str(self.session).encode())
        # With its places, so that no two lists of tickers run together to one text.
        for part in (text.null, text.offset, text.letters, self.day[order].astype(np.int64)):
            digest.update(part.tobytes())
        for name in NUMBERS:
            digest.update(getattr(self, name)[order].tobytes())
        return digest.hexdigest()

    def _content_order(self) -> NDArray[np.int64]:
        """Rows by ticker, and those of one ticker by what is in them."""
        place = pc.rank(self.ticker, tiebreaker="dense").to_numpy()  # pyright: ignore[reportAttributeAccessIssue] - made on import
        if len(place) and place.max() == len(place):
            return np.argsort(place)
        numbers = [getattr(self, name) for name in reversed(NUMBERS)]
        return np.lexsort((*numbers, self.day.astype(np.int64), place))
