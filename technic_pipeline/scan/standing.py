"""Where values stand among sorted ones: the loop over every symbol and metric, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def shares_below(values, first_group, groups, start, ordered):
    """For each value 100 * (below + half the equal) / n among the values of its groups.

    Those of `values[row, column]` are `groups[row, column]` ones, the first of which is
    `first_group[row, column]`; group g has `ordered[start[g]:start[g + 1]]`, rising. NaN where the
    value or its groups' values are missing.
    """
    shares = np.full(values.shape, np.nan)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            value = values[row, column]
            first = first_group[row, column]
            last = first + groups[row, column]
            count = start[last] - start[first]
            if count == 0 or np.isnan(value):
                continue
            # Below, and below or equal: their mean counts half the equal.
            twice_below = 0
            for group in range(first, last):
                twice_below += _twice_below(ordered, start[group], start[group + 1], value)
            shares[row, column] = 50.0 * twice_below / count
    return shares


@njit(cache=True, nogil=True)
def _twice_below(ordered, first, end, value):
    below = _first_from(ordered, first, end, value)
    at_most = below
    if below < end and ordered[below] == value:
        # Nearly always the value is there once; a search is worth it only among many.
        at_most = below + 1
        if at_most < end and ordered[at_most] == value:
            at_most = _first_from(ordered, at_most, end, np.nextafter(value, np.inf))
    return below + at_most - 2 * first


@njit(cache=True, nogil=True)
def _first_from(ordered, first, end, value):
    """The first place in `ordered[first:end]` with a value not below this one, or `end`."""
    while first < end:
        middle = (first + end) // 2
        if ordered[np.uint64(middle)] < value:
            first = middle + 1
        else:
            end = middle
    return first
