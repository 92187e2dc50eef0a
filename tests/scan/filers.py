"""Twenty companies that told four ratios each, and what is asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from technic_pipeline.scan.known_fundamentals import Fundamentals, read_fundamentals
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import Ratios
from technic_pipeline.store.database import engine_for

# A Friday and the Monday after it.
BEFORE, SESSION = date(2016, 6, 3), date(2016, 6, 6)
TICKERS = [f"T{i:02}" for i in range(20)]
NO_REDIS = "unix:///nowhere/valkey.sock"


def filings(known_on: date, tickers: Sequence[str] = TICKERS) -> list[Ratios]:
    """The i-th of `TICKERS` tells ratios of 1 + i / 7 and as many millions of dollars."""
    amounts = [(t, 1.0 + TICKERS.index(t) / 7.0) for t in tickers]
    return [
        Ratios(t, known_on, market_cap=1e6 * x, price_to_book=x, cash=x, quick=x, current=x)
        for t, x in amounts
    ]


def scores(url: str, redis_url: str, calendar: Calendar, session: date = SESSION) -> Fundamentals:
    """Of every symbol in the database, in the order of their ids."""
    with engine_for(url).connect() as connection:
        rows = connection.execute(
            sa.text("select symbol_id, sector from symbols order by symbol_id")
        ).all()
    symbol_id = np.array([row[0] for row in rows], dtype=np.int32)
    sector = pa.array([row[1] for row in rows], pa.string())
    return read_fundamentals(url, redis_url, session, calendar, symbol_id, sector)
