"""Where a value stands among all values of one column.

Of NumPy's arrays as of CuPy's: both take the same operations, and round them alike.
"""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

LONE_VALUE = 50.0


def array_module(values: NDArray) -> ModuleType:
    """The library that an array is of, NumPy or CuPy."""
    return sys.modules[type(values).__module__.partition(".")[0]]


def percentiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """100 * (rank - 1) / (n - 1) among the n values present, ties sharing their average rank.

    0 to 100, larger values higher; NaN stays NaN; a lone value gets 50.
    """
    xp = array_module(values)
    result = xp.full(len(values), np.nan)
    present = xp.flatnonzero(~xp.isnan(values))
    if len(present) == 1:
        result[present] = LONE_VALUE
    elif len(present) > 1:
        result[present] = 100.0 * average_ranks(values[present]) / (len(present) - 1)
    return result


def average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank from 0 of each value, equal values sharing the mean of the ranks they take up."""
    xp = array_module(values)
    order = xp.argsort(values, kind="stable")
    ordered = values[order]
    begins = xp.concatenate([xp.ones(1, dtype=bool), ordered[1:] != ordered[:-1]])
    group = xp.cumsum(begins) - 1
    first = xp.flatnonzero(begins)
    last = xp.append(first[1:], len(values)) - 1
    ranks = xp.empty(len(values))
    ranks[order] = ((first + last) / 2.0)[group]
    return ranks
