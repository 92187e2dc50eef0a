"""Operations done to a database as a run would do them, and to the model of the market."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import singledispatchmethod
from pathlib import Path

import operations as op
import sqlalchemy as sa
from following import NOWHERE, follow, forget_connections
from market import LENGTH, Market, bar, listed, opened_market, rescaled
from payloads import Row, payload
from sqlalchemy.exc import DBAPIError
from state_entries import StateEntries
from whole_load import load_in_one_go

from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import ExplainedJump, Split
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.explained_jumps import record_explained_jumps
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.ticker_changes import apply_ticker_changes
from technic_pipeline.verification import choose_symbols, verify_symbols

# As a lost connection or a full disk would, on the way or, deferred, at the commit.
FAILING = """
create or replace function fail() returns trigger language plpgsql as
$$ begin raise exception 'cut short'; end $$;
create constraint trigger cut_short after delete on pending_changes
{timing} for each row execute function fail()
"""


@dataclass(frozen=True)
class Servers:
    """A database for what arrives piece by piece, one for what arrives at once, and the states."""

    url: str
    whole_url: str
    redis_url: str
    calendar: Calendar = field(repr=False)
    sessions: list[date] = field(repr=False)


@dataclass
class Replay:
    """A market on its way; `does` any operation."""

    servers: Servers
    market: Market = field(repr=False)
    states: StateEntries

    @property
    def engine(self) -> sa.Engine:
        """This process's connections to the database."""
        return engine_for(self.servers.url)

    @property
    def newest(self) -> int:
        """The number of the newest session that came."""
        return max(self.market.bars)

    def number(self, back: int) -> int:
        """The number of the session that lies so many before the newest that came."""
        return min(max(self.newest - back, 0), LENGTH - 1)

    def follow(self, redis_url: str) -> None:
        """Bring the indicators up to date and compare them with a rebuild from stored bars."""
        at = self.servers
        follow(at.url, redis_url, self.engine, at.calendar)
        found = verify_symbols(at.url, choose_symbols(self.engine, [], None), at.calendar)
        assert (found.faults, found.pending) == (0, 0), found.examples

    def settle(self) -> None:
        """Tell the database what is listed today, as every run does, and follow."""
        apply_ticker_changes(self.engine, sorted(self.market.changes, key=repr))
        record_explained_jumps(self.engine, sorted(self.market.jumps, key=repr))
        record_splits(self.engine, list(self.market.splits.values()))
        self.follow(self.servers.redis_url)

    def load_whole(self, redis_url: str) -> None:
        """Load the other database with the market as it is now, in one go."""
        at = self.servers
        engine = engine_for(at.whole_url)
        load_in_one_go(engine, self.market)
        follow(at.whole_url, redis_url, engine, at.calendar)

    @singledispatchmethod
    def does(self, operation: op.Operation) -> None:
        """Do one operation."""
        raise NotImplementedError(operation)

    @does.register
    def _(self, arrive: op.Arrive) -> None:
        at = self.number(arrive.back)
        rows = dict(self.market.bars.get(at, listed(at)))
        for revision in arrive.revised:
            if revision.kind == "absent":
                rows.pop(revision.ticker, None)
            else:
                rows[revision.ticker] = _revised(revision, rows.get(revision.ticker), at)
        # A payload without rows is refused.
        if rows:
            session = self.market.sessions[at]
            ingest(self.engine, payload(session, list(rows.values())), confirm_removals=True)
            self.market.bars[at] = rows

    @does.register
    def _(self, evenings: op.Evenings) -> None:
        for _ in range(min(evenings.count, LENGTH - 1 - self.newest)):
            self.does(op.Arrive(-1))
            self.follow(self.servers.redis_url)

    @does.register
    def _(self, split: op.ListSplit) -> None:
        day = self.market.sessions[self.number(split.back)] - timedelta(split.days_before)
        if split.ratio is None:
            self.market.splits.pop((split.ticker, day), None)
        else:
            self.market.splits[split.ticker, day] = Split(split.ticker, day, *split.ratio)
        record_splits(self.engine, list(self.market.splits.values()))

    @does.register
    def _(self, jump: op.ListJump) -> None:
        explained = ExplainedJump(jump.ticker, self.market.sessions[self.number(jump.back)])
        (self.market.jumps.add if jump.listed else self.market.jumps.discard)(explained)
        record_explained_jumps(self.engine, sorted(self.market.jumps, key=repr))

    @does.register
    def _(self, change: op.ListChange) -> None:
        self.market.changes.add(self.market.change(change.number))
        apply_ticker_changes(self.engine, sorted(self.market.changes, key=repr))

    @does.register
    def _(self, following: op.Follow) -> None:
        self.follow(self.servers.redis_url if following.cached else NOWHERE)

    @does.register
    def _(self, _elsewhere: op.FollowElsewhere) -> None:
        script = Path(__file__).with_name("following_process.py")
        urls = self.servers.url, self.servers.redis_url
        subprocess.run([sys.executable, script, *urls], check=True)

    @does.register
    def _(self, failing: op.FollowCutShort) -> None:
        at = self.servers
        with _failing(self.engine, failing.at_commit):
            try:
                follow(at.url, at.redis_url, self.engine, at.calendar)
            except DBAPIError as error:
                assert "cut short" in str(error)

    @does.register
    def _(self, lose: op.Lose) -> None:
        self.states.lose(lose.which)

    @does.register
    def _(self, flip: op.Flip) -> None:
        self.states.flip(flip.which, flip.at, flip.mask)

    @does.register
    def _(self, cut: op.Cut) -> None:
        self.states.cut(cut.which, cut.at)

    @does.register
    def _(self, exchange: op.Exchange) -> None:
        self.states.exchange(exchange.which)

    @does.register
    def _(self, outdate: op.Outdate) -> None:
        before = self.states.read()
        for change in outdate.meanwhile:
            self.does(change)
        self.follow(self.servers.redis_url)
        self.states.put_back(before, outdate.which)

    @does.register
    def _(self, _mingle: op.Mingle) -> None:
        self.load_whole(self.servers.redis_url)

    @does.register
    def _(self, _restart: op.Restart) -> None:
        forget_connections(self.servers.url, self.servers.whole_url)


def begin(servers: Servers, crowd: int = 0) -> Replay:
    """The market before any operation, followed, no state of an earlier one left."""
    states = StateEntries(servers.redis_url)
    states.lose()
    market = opened_market(servers.sessions, crowd)
    load_in_one_go(engine_for(servers.url), market)
    replay = Replay(servers, market, states)
    replay.follow(servers.redis_url)
    return replay


def _revised(revision: op.Revised, stored: Row | None, at: int) -> Row:
    as_listed = bar(revision.ticker, at)
    row = stored or as_listed
    return {
        "as listed": as_listed,
        "price": rescaled(row, 1.0 + revision.size / 1000.0),
        "volume": replace(row, volume=row.volume + revision.size),
        "vwap": replace(row, vwap=row.close * revision.size),
        "jump": rescaled(row, 2.0 * revision.size),
        "fall": rescaled(row, 0.5 / revision.size),
        "flat": replace(row, open=row.close, high=row.close, low=row.close, volume=0.0),
    }[revision.kind]


@contextmanager
def _failing(engine: sa.Engine, at_commit: bool) -> Iterator[None]:
    timing = "deferrable initially deferred" if at_commit else ""
    with engine.begin() as connection:
        connection.execute(sa.text(FAILING.format(timing=timing)))
    yield
    with engine.begin() as connection:
        connection.execute(sa.text("drop trigger cut_short on pending_changes"))
