"""Where a value stands among all values of one column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONE_VALUE = 50.0


def percentiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """100 * (rank - 1) / (n - 1) among the n values present, ties sharing their average rank.

    0 to 100, larger values higher; NaN stays NaN; a lone value gets 50.
    """
    result = np.full(len(values), np.nan)
    present = np.flatnonzero(~np.isnan(values))
    if len(present) == 1:
        result[present] = LONE_VALUE
    elif len(present) > 1:
        result[present] = 100.0 * average_ranks(values[present]) / (len(present) - 1)
    return result


def average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank from 0 of each value, equal values sharing the mean of the ranks they take up."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    group = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(values)) - 1
    ranks = np.empty(len(values))
    ranks[order] = ((first + last) / 2.0)[group]
    return ranks
