"""What an engine is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.marks import mark_jumps


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
class LastBars:
    """One entry a symbol: how many bars came before those at hand, and the raw close of the last.

    `ordinal` is its session's position in the calendar. Where none came, 0, NaN and anything.
    """

    bars: NDArray[np.int64]
    close: NDArray[np.float64]
    ordinal: NDArray[np.int32]

    @classmethod
    def none(cls, symbols: int) -> LastBars:
        """Of symbols whose first bar is at hand."""
        zeros = np.zeros(symbols, dtype=np.int64)
        return cls(zeros, np.full(symbols, np.nan), zeros.astype(np.int32))


@dataclass(frozen=True)
class BarHistory:
    """Raw bars of many symbols, symbol after symbol, each in session order.

    The bars of symbol s are those from `start[s]` to `start[s + 1]`, which follow `before`.
    `ordinal` is the session's position in the calendar; `explained` holds the positions of bars
    whose price jump a person explained.
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
    before: LastBars = field(default_factory=lambda: LastBars.none(0))

    def __post_init__(self) -> None:
        """Without another word, the bars at hand are a symbol's first."""
        if len(self.before.bars) != len(self.symbol_id):
            object.__setattr__(self, "before", LastBars.none(len(self.symbol_id)))

    def __len__(self) -> int:
        return len(self.session)

    def first_bar_from(self, sessions: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """For each symbol, the position within its own bars of the first one in or after a session.

        `sessions` has one entry a symbol; a symbol without such a bar gives its number of bars.
        """
        return self._positions(np.arange(len(self.symbol_id)), sessions)

    def of_symbols(self, first: int, end: int) -> BarHistory:
        """Those of the symbols at the positions from `first` to before `end`."""
        begin, stop = self.start[first], self.start[end]
        bars, symbols = slice(begin, stop), slice(first, end)
        own = (self.splits.symbol >= first) & (self.splits.symbol < end)
        inside = (self.explained >= begin) & (self.explained < stop)
        return BarHistory(
            symbol_id=self.symbol_id[symbols],
            start=self.start[first : end + 1] - begin,
            session=self.session[bars],
            ordinal=self.ordinal[bars],
            open=self.open[bars],
            high=self.high[bars],
            low=self.low[bars],
            close=self.close[bars],
            volume=self.volume[bars],
            splits=SplitRecords(
                symbol=self.splits.symbol[own] - first,
                execution_date=self.splits.execution_date[own],
                split_from=self.splits.split_from[own],
                split_to=self.splits.split_to[own],
            ),
            explained=self.explained[inside] - begin,
            before=LastBars(
                bars=self.before.bars[symbols],
                close=self.before.close[symbols],
                ordinal=self.before.ordinal[symbols],
            ),
        )

    def split_bars(self) -> NDArray[np.int64]:
        """For each split, the position within its symbol's bars at which it takes effect."""
        return self._positions(self.splits.symbol, self.splits.execution_date)

    def jumps(self) -> NDArray[np.bool_]:
        """Which bars open after an unexplained jump (see jumps.py)."""
        found = np.empty(len(self), dtype=np.bool_)
        mark_jumps(
            self.open,
            self.close,
            self.ordinal,
            self.start,
            self.before.close,
            self.before.ordinal,
            found,
        )
        found[self._split_takes_effect()] = False
        found[self.explained] = False
        return found

    def years(self) -> tuple[int, NDArray[np.float64]]:
        """A day, as its number since 1970, and the calendar years of it and of those after it.

        From the first to the last day of any bar; day 0 and no year where there is no bar.
        """
        if len(self) == 0:
            return 0, np.empty(0)
        days = self.session.astype("datetime64[D]", copy=False).view(np.int64)
        first, last = int(days.min()), int(days.max())
        every_day = np.arange(first, last + 1).view("datetime64[D]")
        return first, every_day.astype("datetime64[Y]").astype(np.float64) + 1970.0

    def _split_takes_effect(self) -> NDArray[np.int64]:
        at = self.split_bars()
        lengths = np.diff(self.start)[self.splits.symbol]
        return (self.start[self.splits.symbol] + at)[at < lengths]

    def _positions(
        self, symbols: NDArray[np.int64], days: NDArray[np.datetime64]
    ) -> NDArray[np.int64]:
        if len(symbols) == 0:
            return np.empty(0, dtype=np.int64)
        owner = np.repeat(np.arange(len(self.symbol_id)), np.diff(self.start))
        at = np.searchsorted(_keys(owner, self.session), _keys(symbols, days))
        return at - self.start[symbols]


def one_bar() -> BarHistory:
    """A symbol of a single bar: the least that an engine can be given."""
    one, none = np.ones(1), np.empty(0)
    return BarHistory(
        symbol_id=np.zeros(1, dtype=np.int32),
        start=np.array([0, 1]),
        session=np.zeros(1, dtype="datetime64[D]"),
        ordinal=np.zeros(1, dtype=np.int32),
        open=one,
        high=one,
        low=one,
        close=one,
        volume=one,
        splits=SplitRecords(none.astype(np.int64), none.astype("datetime64[D]"), none, none),
    )


def _keys(symbols: NDArray[np.int64], days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Numbers in the order of symbol and day."""
    # Days of years 1 to 9999 fit in 32 bits with a sign.
    return (symbols.astype(np.int64) << 32) + days.astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True)
class IndicatorRows:
    """Values ready for the `indicators` table, ordered by session.

    `bars` counts the symbol's bars up to and including the session, and `digest` is over all of
    them as they were adjusted then. `values[row, column]` holds the columns asked for, NaN where
    missing, never infinite and never -0.0; a column's values lie side by side in memory.
    """

    symbol_id: NDArray[np.int32]
    session: NDArray[np.datetime64]
    bars: NDArray[np.int32]
    digest: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.session)
