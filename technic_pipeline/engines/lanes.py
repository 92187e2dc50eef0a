"""Which stretches of which symbols are computed side by side.

The value of session t uses the splits effective by t. So a symbol's history falls into *epochs*,
each beginning at a bar where a split takes effect; the rows of one epoch come from a run over all
bars from the first, adjusted by the splits up to that epoch. One lane is one such run: a symbol
without splits has one, a symbol with two has three.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.engines.history import BarHistory


@dataclass(frozen=True)
class Lanes:
    """One entry a lane, longest first.

    A lane runs over its symbol's bars 0 to `length`, adjusted as of bar `epoch`, and gives rows
    from bar `first_row` on. `splits_from` and `splits_to` bound its symbol's entries among the
    splits. `stops[lane, stop]` are numbers of bars after which its state is wanted, -1 where it is
    not.
    """

    symbol: NDArray[np.int64]
    epoch: NDArray[np.int64]
    length: NDArray[np.int64]
    first_row: NDArray[np.int64]
    splits_from: NDArray[np.int64]
    splits_to: NDArray[np.int64]
    stops: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.symbol)


def plan_lanes(
    history: BarHistory, first_wanted: NDArray[np.int64], stops: NDArray[np.int64]
) -> Lanes:
    """The lanes that give every row from each symbol's bar `first_wanted[symbol]` on.

    And its state after each of `stops[symbol, stop]` bars, where that is above 0. A state as of a
    stop is adjusted by the splits effective by then, so only the epoch that reaches the last bar
    has one, and only from its first bar on.
    """
    lengths = np.diff(history.start)
    symbol, epoch, end = _epochs(history, lengths)
    first_row = np.maximum(epoch, first_wanted[symbol])
    reached = (stops[symbol] > epoch[:, None]) & (end == lengths[symbol])[:, None]
    own_stops = np.where(reached, stops[symbol], -1)
    wanted = (first_row < end) | (own_stops > 0).any(axis=1)
    order = np.flatnonzero(wanted)[np.argsort(-end[wanted], kind="stable")]
    symbol, epoch, end, first_row = (a[order] for a in (symbol, epoch, end, first_row))
    return Lanes(
        symbol=symbol,
        epoch=epoch,
        length=end,
        first_row=first_row,
        splits_from=np.searchsorted(history.splits.symbol, symbol, side="left"),
        splits_to=np.searchsorted(history.splits.symbol, symbol, side="right"),
        stops=own_stops[order],
    )


@compiled
def row_positions(day, start, symbol, first_row, length, position):
    """Fill in each bar's row in the order of sessions, and in a session in the order of lanes.

    So the lanes of a block write side by side, and the table is filled as scans read it. Returns
    how many rows there are; a bar without one keeps what it had.
    """
    first_day, last_day = day.min(), day.max()
    begin = np.zeros(last_day - first_day + 2, dtype=np.int64)
    for lane in range(symbol.size):
        for bar in range(start[symbol[lane]] + first_row[lane], start[symbol[lane]] + length[lane]):
            begin[day[bar] - first_day + 1] += 1
    for at in range(1, begin.size):
        begin[at] += begin[at - 1]
    rows = begin[-1]
    for lane in range(symbol.size):
        for bar in range(start[symbol[lane]] + first_row[lane], start[symbol[lane]] + length[lane]):
            at = day[bar] - first_day
            position[bar] = begin[at]
            begin[at] += 1
    return rows


def _epochs(
    history: BarHistory, lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Symbol, first bar and end of every epoch, ordered by symbol and first bar."""
    symbols = np.arange(len(lengths), dtype=np.int64)
    at = history.split_bars()
    effective = (at > 0) & (at < lengths[history.splits.symbol])
    symbol = np.concatenate([symbols, history.splits.symbol[effective]])
    begin = np.concatenate([np.zeros(len(lengths), dtype=np.int64), at[effective]])
    symbol, begin = np.unique(np.stack([symbol, begin]), axis=1)
    end = np.append(begin[1:], 0)
    last = np.append(symbol[1:] != symbol[:-1], True)[: len(symbol)]
    return symbol, begin, np.where(last, lengths[symbol], end[: len(symbol)])
