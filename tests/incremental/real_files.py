"""The real day files, of some tickers or of all, and copies of them as a vendor may first send."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import SessionBars, Split, TickerChange
from technic_pipeline.sources.bars import NUMBERS, PRICES
from technic_pipeline.sources.flatfiles import FlatFiles

# The data has no list of them; by price and date these are renames of one company.
CHANGES = (
    TickerChange("JDSU", "VIAV", date(2015, 8, 3)),
    TickerChange("CYBX", "LIVN", date(2015, 10, 19)),
    TickerChange("LEAF", "OMF", date(2015, 11, 27)),
    TickerChange("MHFI", "SPGI", date(2016, 4, 27)),
    TickerChange("MRKT", "INFO", date(2016, 7, 12)),
    # CB had been the company that ACE bought.
    TickerChange("ACE", "CB", date(2016, 1, 14)),
)
# Another company's from one day to the next, with nothing that says so.
HANDED_ON = "AC"
# Not in any file.
GHOST = "GHOST"


@dataclass
class RealFiles:
    """The files' sessions; `kept` of all tickers, None for every one."""

    files: FlatFiles
    calendar: Calendar
    kept: frozenset[str] | None
    _read: dict[date, SessionBars] = field(default_factory=dict, repr=False)

    @cached_property
    def sessions(self) -> list[date]:
        """Oldest first."""
        return self.calendar.between(*self.files.offered())

    @cached_property
    def splits(self) -> list[Split]:
        """What splits.json lists."""
        return self.files.splits() or []

    def true(self, session: date) -> SessionBars:
        """The file as it is."""
        if self.kept is None:
            return self.files.bars(session)
        if session not in self._read:
            bars = self.files.bars(session)
            own = np.array([ticker in self.kept for ticker in bars.ticker.to_pylist()])
            self._read[session] = taken(bars, np.flatnonzero(own))
        return self._read[session]

    def faulty(self, session: date) -> SessionBars:
        """A copy that lacks rows, has other prices and volumes, and a ticker that never traded."""
        chance = np.random.default_rng(session.toordinal())
        bars = self.true(session)
        bars = taken(bars, np.flatnonzero(chance.random(len(bars)) >= 0.02))
        moved = np.where(chance.random(len(bars)) < 0.02, 1.01, 1.0)
        grown = np.where(chance.random(len(bars)) < 0.1, 1.5, 1.0)
        prices = {name: getattr(bars, name) * moved for name in PRICES}
        ghost = taken(bars, np.zeros(1, dtype=np.int64))
        return joined(
            replace(bars, volume=bars.volume * grown, **prices),
            replace(ghost, ticker=pa.array([GHOST], pa.string())),
        )


def chosen_tickers(files: FlatFiles, session: date, splits: int, others: int) -> frozenset[str]:
    """Who changed tickers, some who split, and as many others at equal distances in a session."""
    listed = sorted(filter(None, files.bars(session).ticker.to_pylist()))
    split = sorted({split.ticker for split in files.splits() or []} & set(listed))
    renamed = {ticker for change in CHANGES for ticker in (change.old_ticker, change.new_ticker)}
    return frozenset({*renamed, HANDED_ON, *_some(split, splits), *_some(listed, others)})


def taken(bars: SessionBars, rows: NDArray[np.int64]) -> SessionBars:
    """Some of the rows."""
    numbers = {name: getattr(bars, name)[rows] for name in NUMBERS}
    return replace(bars, ticker=bars.ticker.take(pa.array(rows)), day=bars.day[rows], **numbers)


def joined(bars: SessionBars, more: SessionBars) -> SessionBars:
    """The rows of both."""
    numbers = {n: np.append(getattr(bars, n), getattr(more, n)) for n in NUMBERS}
    tickers = pa.array(bars.ticker.to_pylist() + more.ticker.to_pylist(), pa.string())
    return replace(bars, ticker=tickers, day=np.append(bars.day, more.day), **numbers)


def _some(listed: list[str], count: int) -> list[str]:
    return listed[:: max(len(listed) // count, 1)]
