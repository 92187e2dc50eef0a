"""What is kept of symbols between two sessions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.layout import Layout

# Structured arrays with the fields of `state_dtype`.
States = NDArray[np.void]


def state_dtype(layout: Layout) -> np.dtype:
    """One symbol's state, little-endian, as it is stored.

    `bars` bars were taken in, the newest of `session` (days since 1970; 0 when there is none);
    `digest` is over all of them as they were adjusted then; `checksum` is the store's own.
    """
    return np.dtype(
        [
            ("symbol_id", "<i4"),
            ("bars", "<i4"),
            ("session", "<i8"),
            ("digest", "<i8"),
            ("checksum", "<i8"),
            ("numbers", "<f8", (layout.size,)),
        ]
    )


def as_items(states: States) -> NDArray[np.void]:
    """The same states, each as one piece: NumPy copies fields one by one, which takes longer."""
    return states.view(np.dtype((np.void, states.dtype.itemsize)))


def choose(states: States, at: NDArray) -> States:
    """A copy of some of the states, by position or by truth."""
    return as_items(states)[at].view(states.dtype)


def initial_states(layout: Layout, symbol_id: NDArray[np.int32]) -> States:
    """The states of symbols that have no bar yet."""
    states = np.zeros(len(symbol_id), dtype=state_dtype(layout))
    states["symbol_id"] = symbol_id
    numbers = states["numbers"]
    numbers[:] = np.nan
    numbers[:, : len(layout.initial)] = layout.initial
    return states
