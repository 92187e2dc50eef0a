"""The simulated market as a source."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from technic_pipeline import clock
from technic_pipeline.errors import SessionNotOffered
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.bars import NUMBERS, SessionBars
from technic_pipeline.sources.reference import Ratios, Split, SymbolDescription, TickerChange
from technic_pipeline.sources.simulated.descriptions import describe
from technic_pipeline.sources.simulated.names import Tickers, draw_tickers
from technic_pipeline.sources.simulated.prices import PricePaths
from technic_pipeline.sources.simulated.ratios import QUARTER, filings
from technic_pipeline.sources.simulated.symbols import Symbols, draw_symbols
from technic_pipeline.sources.simulated.trading import corrected, first_prints

ANNOUNCED_AHEAD = 5


class SimulatedMarket:
    """Bars of `symbols` fictional securities over the `sessions` before and including `last`.

    The same seed, calendar and number of symbols give the same bars whenever and in whatever order
    they are asked for. As at a real vendor, the newest session shows its first prints, and about
    one row in a hundred is corrected once a later session has closed. Positions count the
    calendar's sessions; a calendar shorter than `sessions` offers what it has.
    """

    name = "simulated"
    counts_calls = False

    def __init__(
        self,
        symbols: int,
        sessions: int,
        seed: int,
        calendar: Calendar,
        last: date | None = None,
    ) -> None:
        """Open the market as it is after the session `last`, by default the last closed one.

        Raises:
            NotASession: the exchange does not trade on `last`.
            SessionOutOfRange: the calendar does not reach `last`.
        """
        self._count = symbols
        self._seed = seed
        self._calendar = calendar
        self._last = calendar.require(last or calendar.last_closed(clock.now()))
        self._first = calendar.before(self._last, sessions - 1)

    def seconds_for(self, calls: int) -> float:  # noqa: ARG002 - nobody counts them
        """No time: nothing is called."""
        return 0.0

    def take_calls(self) -> Counter[str]:
        """None."""
        return Counter()

    def give_up(self) -> None:
        """Nobody waits for long."""

    def offered(self) -> tuple[date, date]:
        """The oldest and the newest session on offer."""
        return self._first, self._last

    def bars(self, session: date) -> SessionBars:
        """All bars of one session, in byte order of their tickers.

        Raises:
            SessionNotOffered: the session lies outside `offered`, or the exchange was closed.
        """
        position = self._position(session)
        prints = first_prints(self._symbols, self._paths, self._seed, position)
        if session < self._last:
            prints = corrected(prints, self._count, self._seed, position)
        ranks = self._tickers.ranks(prints.symbol, position)
        order = np.argsort(ranks)
        ticker = self._tickers.in_order.take(pa.array(ranks[order]))
        columns = {name: getattr(prints, name)[order] for name in NUMBERS}
        return SessionBars(
            session=session,
            source=self.name,
            payload_sha256=_digest(session, ticker, columns),
            fetched_at=clock.now(),
            ticker=ticker,
            day=np.full(len(order), session, dtype="datetime64[D]"),
            **columns,
        )

    def splits(self, since: date = date.min) -> list[Split]:
        """Every split of a listed symbol up to `last`, and those announced for the next days."""
        known = min(self._now + ANNOUNCED_AHEAD, len(self._calendar.days) - 1)
        splits = (self._split(*where) for where in self._symbols.splits_until(known))
        return [split for split in splits if split.execution_date >= since]

    def descriptions(self) -> list[SymbolDescription]:
        """The reference list after the session `last`."""
        return describe(self._symbols, self._tickers, self._seed, self._now, self._calendar.days)

    def ticker_changes(self) -> list[TickerChange]:
        """Every rename effective up to `last`, oldest first."""
        renamed = self._symbols.lives.renamed
        known = np.flatnonzero(renamed <= self._now)
        return [
            TickerChange(
                old_ticker=self._tickers.borne(symbol, int(renamed[symbol]) - 1),
                new_ticker=self._tickers.borne(symbol, int(renamed[symbol])),
                effective_date=self._day(int(renamed[symbol])),
            )
            for symbol in known[np.argsort(renamed[known], kind="stable")].tolist()
        ]

    def explained_jumps(self) -> None:
        """Nobody explains anything here."""

    def ratios(self) -> list[Ratios]:
        """Every filing from a quarter before the oldest session on offer up to `last`."""
        first = max(self._position(self._first) - QUARTER, 0)
        told = filings(self._symbols, self._paths, self._seed, first, self._now)
        return [
            Ratios(
                ticker=self._tickers.borne(filing.symbol, filing.position),
                known_on=self._day(filing.position),
                **filing.metrics,
            )
            for filing in told
        ]

    def _split(self, symbol: int, position: int) -> Split:
        day = self._day(position)
        return Split(
            ticker=self._tickers.borne(symbol, position),
            execution_date=day,
            split_from=float(self._symbols.splits.split_from[symbol]),
            split_to=float(self._symbols.splits.split_to[symbol]),
            source_id=f"simulated-{self._seed}-{symbol}-{day}",
        )

    def _position(self, session: date) -> int:
        day = np.datetime64(session, "D")
        position = int(np.searchsorted(self._calendar.days, day))
        if not self._first <= session <= self._last or self._calendar.days[position] != day:
            raise SessionNotOffered(session, "the simulated market")
        return position

    def _day(self, position: int) -> date:
        return self._calendar.days[position].item()

    @cached_property
    def _now(self) -> int:
        return self._position(self._last)

    @cached_property
    def _symbols(self) -> Symbols:
        return draw_symbols(self._count, self._seed)

    @cached_property
    def _tickers(self) -> Tickers:
        return draw_tickers(self._symbols, self._seed)

    @cached_property
    def _paths(self) -> PricePaths:
        return PricePaths(self._symbols, self._seed)


def _digest(session: date, ticker: pa.StringArray, columns: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256(f"{session}".encode())
    digest.update("\0".join(ticker.to_pylist()).encode())
    for values in columns.values():
        digest.update(values.tobytes())
    return digest.hexdigest()
