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

from technic_pipeline.engines.history import BarHistory


@dataclass(frozen=True)
class Lanes:
    """One entry a lane, longest first.

    A lane runs over its symbol's bars 0 to `length`, adjusted as of bar `epoch`, and gives rows
    from bar `first_row` on, written from row `target` of the output. `splits_from` and `splits_to`
    bound its symbol's entries among the splits.
    """

    symbol: NDArray[np.int64]
    epoch: NDArray[np.int64]
    length: NDArray[np.int64]
    first_row: NDArray[np.int64]
    target: NDArray[np.int64]
    splits_from: NDArray[np.int64]
    splits_to: NDArray[np.int64]
    rows: int

    def __len__(self) -> int:
        return len(self.symbol)


def plan_lanes(history: BarHistory, first_wanted: NDArray[np.int64]) -> Lanes:
    """The lanes that give every row from each symbol's bar `first_wanted[symbol]` on."""
    lengths = np.diff(history.start)
    targets = np.concatenate([[0], np.cumsum(np.maximum(lengths - first_wanted, 0))])
    symbol, epoch, end = _epochs(history, lengths)
    first_row = np.maximum(epoch, first_wanted[symbol])
    wanted = first_row < end
    symbol, epoch, end, first_row = (a[wanted] for a in (symbol, epoch, end, first_row))
    order = np.argsort(-end, kind="stable")
    symbol, epoch, end, first_row = (a[order] for a in (symbol, epoch, end, first_row))
    return Lanes(
        symbol=symbol,
        epoch=epoch,
        length=end,
        first_row=first_row,
        target=targets[symbol] + first_row - first_wanted[symbol],
        splits_from=np.searchsorted(history.splits.symbol, symbol, side="left"),
        splits_to=np.searchsorted(history.splits.symbol, symbol, side="right"),
        rows=int(targets[-1]),
    )


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
