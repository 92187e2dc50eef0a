"""Companies whose prices are theirs alone, whatever ticker they trade under."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from contents import query
from payloads import Row, payload

from technic_pipeline.delta import follow_changes
from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.ingest import ingest
from technic_pipeline.verification import choose_symbols, verify_symbols


@dataclass(frozen=True)
class Appearance:
    """A company trades under a ticker in the sessions numbered from `first` to before `until`."""

    company: str
    ticker: str
    first: int
    until: int


# How many sessions these markets have.
LENGTH = 30
# The same company under a ticker that it keeps, to compare with.
TWIN = Appearance("acme", "TWIN", 0, LENGTH)


def bar_of(company: str, ticker: str, at: int) -> Row:
    """The company's bar in the session number `at`."""
    chance = np.random.default_rng([zlib.crc32(company.encode()), at])
    close = 20.0 + 5.0 * np.sin(at / 4.0) + chance.normal(0.0, 0.5)
    opened = close + chance.normal(0.0, 0.3)
    high, low = max(opened, close) + 0.2, min(opened, close) - 0.2
    return Row(ticker, opened, high, low, close, float(chance.integers(1000, 9000)))


def trade(
    engine: sa.Engine,
    appearances: Iterable[Appearance],
    sessions: Sequence[date],
    numbers: Iterable[int] | None = None,
) -> None:
    """Ingest the sessions, or those with some numbers in that order."""
    listed = list(appearances)
    for at in range(len(sessions)) if numbers is None else numbers:
        rows = [bar_of(a.company, a.ticker, at) for a in listed if a.first <= at < a.until]
        ingest(engine, payload(sessions[at], rows))


def follow_and_verify(engine: sa.Engine, url: str, redis_url: str, calendar: Calendar) -> None:
    """Bring the indicators up to the bars, and compare them with a rebuild."""
    follow_changes(url, redis_url, engine, calendar)
    found = verify_symbols(url, choose_symbols(engine, [], None), calendar)
    assert (found.faults, found.pending) == (0, 0), found.examples
    assert query(engine, "select count(*) from indicators") == [(found.rows,)]
    assert query(engine, "select count(*) from daily_bars") == [(found.rows,)]


def indicators_of(engine: sa.Engine, ticker: str, session: date) -> list[str]:
    """Every indicator row of the symbol that bears a ticker on a session, to the bit."""
    columns = ", ".join(("session", "bars", *STORED_COLUMNS))
    rows = query(
        engine,
        f"select {columns} from indicators where symbol_id = :id order by session",
        id=symbol_of(engine, ticker, session),
    )
    return [repr(row) for row in rows]


def symbol_of(engine: sa.Engine, ticker: str, session: date) -> int:
    """Who bears a ticker on a session."""
    bearer = (
        "select symbol_id from symbol_tickers"
        " where ticker = :ticker and valid_from <= :day and :day < valid_to"
    )
    return query(engine, bearer, ticker=ticker, day=session)[0][0]
