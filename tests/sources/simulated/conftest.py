"""The market that `technic demo` shows, its whole tape, and markets opened otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from technic_pipeline.sessions import Calendar, load_calendar
from technic_pipeline.sources.bars import NUMBERS, SessionBars
from technic_pipeline.sources.simulated import SimulatedMarket

LAST = date(2026, 11, 20)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return load_calendar("XNYS")


@pytest.fixture(scope="session")
def open_market(calendar: Calendar) -> Callable[..., SimulatedMarket]:
    def opened(
        symbols: int = 200, sessions: int = 120, seed: int = 1, last: date = LAST
    ) -> SimulatedMarket:
        return SimulatedMarket(symbols, sessions, seed, calendar, last)

    return opened


@pytest.fixture(scope="session")
def market(open_market: Callable[..., SimulatedMarket]) -> SimulatedMarket:
    return open_market(symbols=500, sessions=300)


@pytest.fixture(scope="session")
def sessions(calendar: Calendar, market: SimulatedMarket) -> list[date]:
    return calendar.between(*market.offered())


@pytest.fixture(scope="session")
def tape(market: SimulatedMarket, sessions: list[date]) -> list[SessionBars]:
    return [market.bars(session) for session in sessions]


@pytest.fixture(scope="session")
def histories(tape: list[SessionBars]) -> dict[str, dict[str, NDArray]]:
    """Each ticker's bars in order of time: an array a column, and `at`, counting sessions."""
    tickers = np.concatenate([bars.ticker.to_pylist() for bars in tape])
    columns = {name: np.concatenate([getattr(bars, name) for bars in tape]) for name in NUMBERS}
    columns["at"] = np.repeat(np.arange(len(tape)), [len(bars) for bars in tape])
    order = np.argsort(tickers, kind="stable")
    names, starts = np.unique(tickers[order], return_index=True)
    pieces = {name: np.split(values[order], starts[1:]) for name, values in columns.items()}
    return {
        ticker: {name: pieces[name][i] for name in columns}
        for i, ticker in enumerate(names.tolist())
    }
