"""Where everything of one symbol's state stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.indicators.indicator import BAR_SERIES, Indicator

_NAMES = tuple(BAR_SERIES)


@dataclass(frozen=True)
class Layout:
    """The numbers that a symbol's state consists of, and the names of all series.

    First the accumulators of every recursion; then, column after column, the last rows of those
    that others look back at; then the last rows of the bar series, the newest row last.
    """

    indicators: tuple[Indicator, ...]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The position of each column among all columns."""
        names = [column for indicator in self.indicators for column in indicator.columns]
        return {name: position for position, name in enumerate(names)}

    @cached_property
    def initial(self) -> NDArray[np.float64]:
        """The accumulators of a symbol without a bar."""
        return np.array([value for i in self.indicators for value in i.initial], dtype=np.float64)

    @cached_property
    def remembered(self) -> NDArray[np.int64]:
        """A row a column that is looked back at: its position, and how many of its rows."""
        found = [
            (self.columns[column], indicator.remembers)
            for indicator in self.indicators
            for column in indicator.columns
            if indicator.remembers
        ]
        return _pairs(found)

    @cached_property
    def history(self) -> NDArray[np.int64]:
        """The same of the bar series."""
        return _pairs([(at, rows) for at, rows in enumerate(BAR_SERIES.values()) if rows])

    @property
    def last_close(self) -> int:
        """The place of the newest close, which no split adjusts: it is the raw one."""
        upto = self.history[:, 0] <= _NAMES.index("close")
        rows = self.history[upto, 1].sum() + self.remembered[:, 1].sum()
        return int(len(self.initial) + rows) - 1

    @property
    def size(self) -> int:
        """How many numbers a state has."""
        return int(len(self.initial) + self.remembered[:, 1].sum() + self.history[:, 1].sum())


def _pairs(found: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(found, dtype=np.int64).reshape(-1, 2)
