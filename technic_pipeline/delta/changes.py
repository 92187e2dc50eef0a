"""The delta: whose indicators do not follow the bars yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.values import column


@dataclass(frozen=True)
class Delta:
    """One entry a changed symbol, by symbol_id.

    The first session touched, the newest change, and the first and last session that the symbol's
    rows follow so far (NaT where there is none).
    """

    symbol_id: NDArray[np.int32]
    from_session: NDArray[np.datetime64]
    change_id: NDArray[np.int64]
    first_session: NDArray[np.datetime64]
    last_session: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.symbol_id)

    def select(self, at: slice | NDArray) -> Delta:
        """Some of the symbols, by position or by truth."""
        return Delta(
            self.symbol_id[at],
            self.from_session[at],
            self.change_id[at],
            self.first_session[at],
            self.last_session[at],
        )


def read_delta(url: str) -> Delta:
    """The changes that no indicator row reflects yet."""
    table = read_arrow(url, "read_pending")
    days = ("from_session", "first_session", "last_session")
    return Delta(
        symbol_id=column(table, "symbol_id"),
        change_id=column(table, "change_id"),
        **{name: column(table, name).astype("datetime64[D]") for name in days},
    )
