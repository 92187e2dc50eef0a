"""What is kept of a block's symbols between two calls of `advance`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY, Indicator


@dataclass(frozen=True)
class State:
    """The accumulators of every recursion and the rows that look-backs reach.

    `accumulators[slot, lane]`; `remembered[row, lane]`, the last values of the columns that ask for
    it, one column's rows after the other's; `history[bar series, HISTORY, lane]`, NaN before a
    symbol's first bar; and `seen[lane]` bars in all.
    """

    accumulators: NDArray[np.float64]
    remembered: NDArray[np.float64]
    history: NDArray[np.float64]
    seen: NDArray[np.int64]


def initial_state(indicators: Sequence[Indicator], lanes: int) -> State:
    """The state of `lanes` symbols that have no bar yet."""
    initial = np.array([value for i in indicators for value in i.initial]).reshape(-1, 1)
    rows = sum(i.remembers * len(i.columns) for i in indicators)
    return State(
        accumulators=np.repeat(initial, lanes, axis=1),
        remembered=np.full((rows, lanes), np.nan),
        history=np.full((len(BAR_SERIES), HISTORY, lanes), np.nan),
        seen=np.zeros(lanes, dtype=np.int64),
    )
