"""How often symbols go on from their state: on ordinary days, after holidays, after a loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
import redis
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database

from technic_pipeline.cache.connection import disposable_cache
from technic_pipeline.delta import DeltaReport, follow_changes
from technic_pipeline.delta.prefetch import prefetch_states
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.simulated.market import SimulatedMarket
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest
from technic_pipeline.verification import choose_symbols, verify_symbols

NAME = "hit_rate"
SYMBOLS, SESSIONS = 250, 280
# The exchange is closed from Saturday the 28th of May to Monday the 30th.
FRIDAY, TUESDAY = date(2016, 5, 27), date(2016, 5, 31)
ENOUGH = 0.95
# Nobody listens there; a number of its own, since a process is warned of a cache only once.
NOWHERE = "redis://127.0.0.1:1/7"


@dataclass(frozen=True)
class Evenings:
    """A market in a database, and where its state is kept."""

    url: str
    redis_url: str
    calendar: Calendar

    @property
    def engine(self) -> sa.Engine:
        return engine_for(self.url)

    def work(self, session: date, redis_url: str | None = None) -> DeltaReport:
        """Bring in a session and, again, the one before it, whose first prints were corrected."""
        market = market_until(session, self.calendar)
        for day in (self.calendar.before(session, 1), session):
            ingest(self.engine, market.bars(day))
        record_splits(self.engine, market.splits() or [])
        return follow_changes(self.url, redis_url or self.redis_url, self.engine, self.calendar)

    def lose_state(self) -> None:
        """What a restart of Redis does."""
        redis.Redis.from_url(self.redis_url).flushdb()

    def verified_rows(self) -> int:
        """How many rows there are, all of which are those of a rebuild."""
        found = verify_symbols(self.url, choose_symbols(self.engine, [], None), self.calendar)
        assert (found.faults, found.pending, found.other_builds) == (0, 0, 0), found.examples
        return found.rows


def evening(calendar: Calendar, number: int) -> date:
    """The session so many after the Tuesday."""
    return calendar.between(TUESDAY, date(2016, 6, 30))[number]


def market_until(session: date, calendar: Calendar) -> SimulatedMarket:
    """As it is once the session is over."""
    sessions = calendar.between(calendar.before(FRIDAY, SESSIONS - 1), session)
    return SimulatedMarket(SYMBOLS, len(sessions), seed=5, calendar=calendar, last=session)


@pytest.fixture(scope="module")
def evenings(servers: Endpoints, calendar: Calendar) -> Iterator[Evenings]:
    """Everything up to a Friday, loaded as one range."""
    url = create_database(servers, NAME, TEMPLATE)
    engine = engine_for(url)
    market = market_until(FRIDAY, calendar)
    days = calendar.between(*market.offered())
    ensure_partitions(engine, days[0], days[-1])
    for day in days:
        ingest(engine, market.bars(day))
    record_splits(engine, market.splits() or [])
    loaded = Evenings(url, servers.redis_url, calendar)
    loaded.lose_state()
    follow_changes(url, servers.redis_url, engine, calendar)
    yield loaded
    engine.dispose()
    drop_database(servers, NAME)


def test_evening_after_evening_nearly_every_symbol_goes_on_from_its_state(
    evenings: Evenings, calendar: Calendar
) -> None:
    after_the_holiday = evenings.work(TUESDAY)
    ordinary = evenings.work(evening(calendar, 1))
    for report in (after_the_holiday, ordinary):
        assert report.symbols > SYMBOLS / 2
        assert report.hit_rate is not None
        assert report.hit_rate >= ENOUGH
        # Corrected prints of the session before are restated, and nothing else.
        assert len(report.restated) == 1
    assert evenings.verified_rows() > SYMBOLS * SESSIONS / 2


def test_after_a_loss_state_made_ready_beforehand_serves_the_evening(
    evenings: Evenings, calendar: Calendar
) -> None:
    session = evening(calendar, 2)
    evenings.lose_state()
    made = prefetch_states(evenings.url, evenings.redis_url, evenings.engine, calendar)
    again = prefetch_states(evenings.url, evenings.redis_url, evenings.engine, calendar)
    report = evenings.work(session)
    assert made.rebuilt == made.expected > SYMBOLS / 2
    assert (again.expected, again.rebuilt) == (made.expected, 0)
    assert report.hit_rate is not None
    assert report.hit_rate >= ENOUGH
    evenings.verified_rows()


def test_after_a_loss_without_that_every_symbol_is_replayed_once(
    evenings: Evenings, calendar: Calendar
) -> None:
    evenings.lose_state()
    lost = evenings.work(evening(calendar, 3))
    found_again = evenings.work(evening(calendar, 4))
    assert lost.hit_rate == 0.0
    assert found_again.hit_rate is not None
    assert found_again.hit_rate >= ENOUGH
    evenings.verified_rows()


def test_with_redis_gone_the_run_ends_with_the_same_bits_and_says_that_it_had_no_cache(
    evenings: Evenings, calendar: Calendar
) -> None:
    disposable_cache.cache_clear()
    report = evenings.work(evening(calendar, 5), NOWHERE)
    assert not report.cache_answered
    assert report.hit_rate == 0.0
    evenings.verified_rows()
    # What Redis still holds is of before, and serves those that it is right for.
    assert evenings.work(evening(calendar, 6)).cache_answered
    evenings.verified_rows()


def test_every_run_over_the_delta_is_recorded(evenings: Evenings) -> None:
    with evenings.engine.connect() as connection:
        runs = connection.execute(sa.text("select symbols, resumed from delta_runs")).all()
    assert len(runs) >= 1
    assert all(0 <= run.resumed <= run.symbols for run in runs)
