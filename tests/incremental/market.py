"""A small market whose bars arrive in any order; what came last is what counts."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import exp

import numpy as np
from payloads import Row

from technic_pipeline.sources import ExplainedJump, Split, TickerChange

# More than the longest window (252 bars), with several periods of five sessions at its end.
LENGTH = 310
# So many sessions arrived before a test begins.
ARRIVED = 282


@dataclass(frozen=True)
class Listing:
    """A ticker that trades in sessions `trades`, but for a share `absent` of them."""

    ticker: str
    trades: tuple[range, ...]
    price: float = 40.0
    absent: float = 0.0
    silent: float = 0.02


ALL = range(LENGTH)
LISTINGS = (
    Listing("LONG", (ALL,)),  # every window is full
    Listing("GAPS", (range(120), range(150, LENGTH)), absent=0.15),  # and a silence of 30 sessions
    Listing("SPLT", (ALL,), price=300.0),  # splits that are known from the start
    Listing("EDGE", (range(40, LENGTH),)),  # its 252nd bar is among the sessions to come
    Listing("TINY", (ALL,), price=1e-5, silent=0.6),
    Listing("LATE", (range(272, LENGTH),)),  # shorter than most windows
    Listing("SOON", (range(290, LENGTH),)),  # not listed yet
    Listing("WAS", (range(150), range(285, LENGTH))),  # becomes IS; then somebody else's ticker
    Listing("IS", (range(150, LENGTH),)),
    Listing("OLD", (range(287), range(289, LENGTH))),  # becomes NOW; then somebody else's ticker
    Listing("NOW", (range(200), range(287, LENGTH))),  # at first somebody's who stopped
)
TICKERS = tuple(listing.ticker for listing in LISTINGS)
# Old ticker, new ticker, session number.
CHANGES = (("WAS", "IS", 150), ("OLD", "NOW", 287))
SPLITS_FROM_THE_START = (("SPLT", 100, 1.0, 2.0), ("SPLT", 270, 10.0, 1.0))

# The first stretch of a security: a ticker and the day from which it bore it.
Security = tuple[str, date]


@dataclass
class Market:
    """What arrived last of every session, by ticker, and what is listed today."""

    sessions: Sequence[date]
    tickers: Sequence[str] = TICKERS
    bars: dict[int, dict[str, Row]] = field(default_factory=dict)
    splits: dict[tuple[str, date], Split] = field(default_factory=dict)
    jumps: set[ExplainedJump] = field(default_factory=set)
    changes: set[TickerChange] = field(default_factory=set)

    def security(self, ticker: str, day: date) -> Security:
        """Whose the ticker is on that day, by the changes that are known."""
        events = [
            (change.effective_date, change.new_ticker == ticker, change.old_ticker)
            for change in self.changes
            if ticker in (change.old_ticker, change.new_ticker) and change.effective_date <= day
        ]
        if not events:
            return ticker, date.min
        since, entered, old = max(events)
        return self.security(old, since - timedelta(1)) if entered else (ticker, since)

    def stretches(self) -> Iterator[tuple[str, date, date]]:
        """Every ticker with the days from which, and until before which, one security bears it."""
        for ticker in self.tickers:
            cuts = {
                change.effective_date
                for change in self.changes
                if ticker in (change.old_ticker, change.new_ticker)
            }
            days = [date.min, *sorted(cuts), date.max]
            yield from ((ticker, a, b) for a, b in pairwise(days))

    def change(self, number: int) -> TickerChange:
        """One of the changes of ticker that can become known."""
        old, new, at = CHANGES[number]
        return TickerChange(old, new, self.sessions[at])


def opened_market(sessions: Sequence[date], crowd: int = 0) -> Market:
    """The market before a test's operations, with a crowd of tickers that trade as LONG does."""
    others = [f"C{number}" for number in range(crowd)]
    bars = {
        at: listed(at) | {ticker: replace(bar("LONG", at), ticker=ticker) for ticker in others}
        for at in range(ARRIVED)
    }
    market = Market(sessions, (*TICKERS, *others), bars)
    for ticker, at, split_from, split_to in SPLITS_FROM_THE_START:
        day = sessions[at]
        market.splits[ticker, day] = Split(ticker, day, split_from, split_to)
    return market


@cache
def listed(at: int) -> dict[str, Row]:
    """What trades in a session when nothing is missing."""
    return {
        listing.ticker: bar(listing.ticker, at)
        for listing in LISTINGS
        if any(at in trades for trades in listing.trades)
        and _chance(listing.ticker, at, "absent").random() >= listing.absent
    }


@cache
def bar(ticker: str, at: int) -> Row:
    """A ticker's bar of a session, whether it is listed then or not."""
    listing = LISTINGS[TICKERS.index(ticker)]
    chance = _chance(ticker, at, "bar")
    close = listing.price * exp(0.3 * np.sin(at / 9.0) + chance.normal(0.0, 0.02))
    opened = close * exp(chance.normal(0.0, 0.01))
    high, low = max(opened, close) * 1.004, min(opened, close) * 0.997
    volume = float(chance.integers(1_000, 90_000)) * (chance.random() >= listing.silent)
    return Row(ticker, opened, high, low, close, volume)


def rescaled(row: Row, factor: float) -> Row:
    """The row at other prices."""
    prices = {name: getattr(row, name) * factor for name in ("open", "high", "low", "close")}
    return replace(row, **prices)


def _chance(*seed: str | int) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(repr(seed).encode()))
