"""Where a value stands among all values of one column, and who comes before whom.

`arrays` is the library that does the work: NumPy, or CuPy on a graphics processor. Both take the
same operations and round them alike; what is given and returned is NumPy's.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONE_VALUE = 50.0


def percentiles(values: NDArray[np.float64], arrays: ModuleType = np) -> NDArray[np.float64]:
    """100 * (rank - 1) / (n - 1) among the n values present, ties sharing their average rank.

    0 to 100, larger values higher; NaN stays NaN; a lone value gets 50.
    """
    result = np.full(len(values), np.nan)
    present = np.flatnonzero(~np.isnan(values))
    if len(present) == 1:
        result[present] = LONE_VALUE
    elif len(present) > 1:
        ranks = _average_ranks(arrays.asarray(values[present]), arrays)
        result[present] = _as_numpy(100.0 * ranks / (len(present) - 1))
    return result


def falling_order(
    points: NDArray[np.float64], ties: NDArray[np.int64], arrays: ModuleType = np
) -> NDArray[np.int64]:
    """Positions by points falling, then by `ties` rising; those without points left out."""
    present = np.flatnonzero(~np.isnan(points))
    keys = np.stack([ties[present].astype(np.float64), -points[present]])
    return present[_as_numpy(arrays.lexsort(arrays.asarray(keys)))]


def _average_ranks(values: Any, arrays: ModuleType) -> Any:
    """Rank from 0 of each value, equal values sharing the mean of the ranks they take up."""
    order = arrays.argsort(values, kind="stable")
    ordered = values[order]
    begins = arrays.concatenate([arrays.ones(1, dtype=bool), ordered[1:] != ordered[:-1]])
    group = arrays.cumsum(begins) - 1
    first = arrays.flatnonzero(begins)
    last = arrays.append(first[1:], len(values)) - 1
    ranks = arrays.empty(len(values))
    ranks[order] = ((first + last) / 2.0)[group]
    return ranks


def _as_numpy(values: Any) -> NDArray:
    return values if isinstance(values, np.ndarray) else values.get()
