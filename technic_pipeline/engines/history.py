"""What an engine is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.indicators import jumps


@dataclass(frozen=True)
class SplitRecords:
    """Distinct splits, ordered by symbol and then by execution date.

    `symbol` is a position in `BarHistory.symbol_id`; dates are datetime64[D].
    """

    symbol: NDArray[np.int64]
    execution_date: NDArray[np.datetime64]
    split_from: NDArray[np.float64]
    split_to: NDArray[np.float64]


@dataclass(frozen=True)
class BarHistory:
    """Raw bars of many symbols, symbol after symbol, each in session order from its first bar.

    The bars of symbol s are those from `start[s]` to `start[s + 1]`. `ordinal` is the session's
    position in the calendar; `explained` holds the positions of bars whose price jump a person
    explained.
    """

    symbol_id: NDArray[np.int32]
    start: NDArray[np.int64]
    session: NDArray[np.datetime64]
    ordinal: NDArray[np.int32]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    splits: SplitRecords
    explained: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.session)

    def first_bar_from(self, sessions: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """For each symbol, the position within its own bars of the first one in or after a session.

        `sessions` has one entry a symbol; a symbol without such a bar gives its number of bars.
        """
        return self._positions(np.arange(len(self.symbol_id)), sessions)

    def split_bars(self) -> NDArray[np.int64]:
        """For each split, the position within its symbol's bars at which it takes effect."""
        return self._positions(self.splits.symbol, self.splits.execution_date)

    def jumps(self) -> NDArray[np.float64]:
        """1.0 on every bar that opens after an unexplained jump, 0.0 elsewhere (see jumps.py)."""
        ratio = np.ones(len(self))
        ratio[1:] = self.open[1:] / self.close[:-1]
        silent = np.zeros(len(self), dtype=bool)
        silent[1:] = np.diff(self.ordinal) - 1 > jumps.SILENT_SESSIONS
        found = (ratio > jumps.LARGEST_RISE) | (ratio < jumps.LARGEST_FALL)
        found |= silent & (
            (ratio > jumps.LARGEST_RISE_AFTER_SILENCE) | (ratio < jumps.LARGEST_FALL_AFTER_SILENCE)
        )
        found[self.start[:-1][np.diff(self.start) > 0]] = False
        found[self._split_takes_effect()] = False
        found[self.explained] = False
        return found.astype(np.float64)

    def years(self) -> NDArray[np.float64]:
        """The calendar year of every bar."""
        return self.session.astype("datetime64[Y]").astype(np.float64) + 1970.0

    def _split_takes_effect(self) -> NDArray[np.int64]:
        at = self.split_bars()
        lengths = np.diff(self.start)[self.splits.symbol]
        return (self.start[self.splits.symbol] + at)[at < lengths]

    def _positions(
        self, symbols: NDArray[np.int64], days: NDArray[np.datetime64]
    ) -> NDArray[np.int64]:
        found = np.empty(len(symbols), dtype=np.int64)
        for i, (symbol, day) in enumerate(zip(symbols, days, strict=True)):
            own = self.session[self.start[symbol] : self.start[symbol + 1]]
            found[i] = np.searchsorted(own, day)
        return found


@dataclass(frozen=True)
class IndicatorRows:
    """Values ready for the `indicators` table, ordered by symbol and then by session.

    `bars` counts the symbol's bars up to and including the session. `values[row, column]` holds
    the columns asked for, NaN where missing, never infinite and never -0.0.
    """

    symbol_id: NDArray[np.int32]
    session: NDArray[np.datetime64]
    bars: NDArray[np.int32]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.session)
