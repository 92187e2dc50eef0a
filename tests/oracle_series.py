"""One symbol's adjusted bars as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from oracle_bars import RawBar


@dataclass(frozen=True)
class Series:
    """Bars from a symbol's first to the one that is asked about; float64, of equal length."""

    sessions: Sequence[date]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    @classmethod
    def of(cls, bars: Sequence[RawBar]) -> Series:
        """Return the bars in the order given."""
        prices = ("open", "high", "low", "close", "volume")
        arrays = {name: np.array([getattr(bar, name) for bar in bars]) for name in prices}
        return cls(sessions=[bar.session for bar in bars], **arrays)

    def __len__(self) -> int:
        return len(self.close)

    def ago(self, count: int) -> Series:
        """Return the series as it ended `count` bars earlier, adjusted as it is now."""
        end = max(len(self) - count, 0)
        return Series(
            self.sessions[:end],
            self.open[:end],
            self.high[:end],
            self.low[:end],
            self.close[:end],
            self.volume[:end],
        )

    def last(self, name: str, count: int) -> list[float] | None:
        """Return the last `count` values of a price or the volume, oldest first; None if fewer."""
        values = getattr(self, name)
        return values[-count:].tolist() if len(values) >= count else None
