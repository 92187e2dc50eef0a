"""A database with a history: a simulated market, made once for all cases of a run."""

from __future__ import annotations

import atexit
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import psycopg
import sqlalchemy as sa

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.sessions import load_calendar
from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.sources.simulated import SimulatedMarket
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.schema import ingest_batches
from technic_pipeline.store.ticker_changes import apply_ticker_changes
from tests.benchmarks.evening import Market, bring_in, follow, open_market, publish, work_evening
from tests.benchmarks.scale import Scale
from tests.benchmarks.servers import own_servers

# So many are listed when about 12,000 trade in a session.
LISTED = 15_000
SESSIONS = 300
LAST = date(2019, 12, 31)
# Left after the history, for the evenings that are measured.
EVENINGS = 120
SEED = 1


@dataclass(frozen=True)
class SimulatedHistory:
    """A market with a history, and where its next sessions come from."""

    home: Path
    market: Market
    source: SimulatedMarket
    symbols: int
    sessions: int

    def bars(self, session: date) -> SessionBars:
        """The payload of one session."""
        # `technic run` reads the same market from files, and a database has one kind of source.
        return replace(self.source.bars(session), source=FlatFiles.name)

    def newest(self) -> date:
        """The newest session that was ingested."""
        with self.market.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(ingest_batches.c.session))).scalar_one()

    def following(self) -> date:
        """The session after the newest ingested one."""
        newest = np.datetime64(self.newest(), "D")
        days = self.market.calendar.days
        return days[np.searchsorted(days, newest) + 1].item()

    @property
    def words(self) -> str:
        """How large it is."""
        traded = len(self.bars(self.newest()))
        return f"{traded:,} symbols, {self.sessions} sessions of history"


def history_of(scale: Scale) -> SimulatedHistory:
    """The history of a scale, made when first asked for; a warm-up evening has been worked on it.

    So kernels are loaded, connections open, and the state of every symbol kept.
    """
    return _prepared(scale.symbols or LISTED, scale.sessions or SESSIONS, scale.home)


@cache
def _prepared(symbols: int, sessions: int, kept: Path | None) -> SimulatedHistory:
    servers = ExitStack()
    atexit.register(servers.close)
    folder = kept and kept / f"{symbols}x{sessions}"
    home, endpoints = servers.enter_context(own_servers(folder))
    calendar = load_calendar("XNYS")
    source = SimulatedMarket(symbols, sessions + EVENINGS, SEED, calendar, LAST)
    history = SimulatedHistory(home, open_market(endpoints), source, symbols, sessions)
    made = home / "made"
    if not made.exists():
        _make(history)
        made.touch()
    work_evening(history.market, [history.bars(history.following())])
    return history


def _make(history: SimulatedHistory) -> None:
    market, source = history.market, history.source
    first, last = source.offered()
    days = market.calendar.between(first, last)[: history.sessions]
    print(f"making {history.sessions} sessions of history", file=sys.stderr)
    ensure_partitions(market.engine, first, last)
    bring_in(market, [history.bars(days[0])])
    # Known ahead: to apply a change afterwards is to move bars, which is not measured here.
    apply_ticker_changes(market.engine, source.ticker_changes())
    bring_in(market, map(history.bars, days[1:]))
    record_splits(market.engine, source.splits())
    record_descriptions(market.engine, source.descriptions())
    record_ratios(market.engine, source.ratios())
    follow(market)
    publish(market, days[-1])
    _settle(market)


def _settle(market: Market) -> None:
    """Do now what the server would do in the background, beside the measurements."""
    with psycopg.connect(market.endpoints.database_url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")
