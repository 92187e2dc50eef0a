"""Whatever became known later, every version is made once more from what was known when it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import psycopg
import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database
from published_evenings import follow_and_publish, work

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.definition import load_definitions
from technic_pipeline.scan.publishing import Market
from technic_pipeline.scan.rebuilding import rebuild_scans
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import Settings
from technic_pipeline.sources import SymbolDescription, TickerChange
from technic_pipeline.sources.simulated.market import SimulatedMarket
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.ticker_changes import apply_ticker_changes

SYMBOLS, HISTORY = 60, 70
LAST = date(2016, 6, 30)


class Evenings:
    """A market that is published evening by evening."""

    def __init__(self, url: str, redis_url: str, calendar: Calendar) -> None:
        self.market = Market(url, redis_url, calendar)
        self.engine = engine_for(url)
        self.scans = load_definitions(Settings(scans="swing,momentum"))

    def source(self, session: date) -> SimulatedMarket:
        return SimulatedMarket(SYMBOLS, HISTORY, 3, self.market.calendar, session)

    def publish(self, session: date) -> None:
        follow_and_publish(self.market, self.scans, session)

    def evening(self, session: date) -> None:
        work(self.market, self.scans, self.source(session))

    def versions(self) -> list[tuple[str, date, int, datetime]]:
        with psycopg.connect(self.market.url) as connection:
            return connection.execute(
                "select scan, session, version, published_at from scan_runs order by scan_run_id"
            ).fetchall()

    def rebuilt(self, session: date, moment: datetime) -> dict[str, tuple[int, int]]:
        """Of each scan the version and how many rows are other ones."""
        where = self.market.url, self.market.redis_url
        found = rebuild_scans(where, self.market.calendar, session, moment, Cpu())
        assert all(one.same_build for one in found)
        assert all(one.ranked.ranked > 20 for one in found)
        return {one.run.scan: (one.run.version, one.other) for one in found}


@pytest.fixture(scope="module")
def evenings(servers: Endpoints, calendar: Calendar) -> Iterator[Evenings]:
    """Four evenings after a history; then everything is told otherwise, twice published anew."""
    url = create_database(servers, "rebuilt", TEMPLATE)
    market = Evenings(url, servers.redis_url, calendar)
    days = calendar.between(calendar.before(LAST, HISTORY - 1), LAST)
    ensure_partitions(market.engine, days[0], days[-1])
    first = market.source(days[-4])
    for day in days[:-4]:
        ingest(market.engine, first.bars(day))
    for day in days[-4:]:
        market.evening(day)
    _tell_otherwise(market, days)
    market.publish(days[-2])
    market.publish(days[-1])
    yield market
    market.engine.dispose()
    drop_database(servers, "rebuilt")


def _tell_otherwise(market: Evenings, days: list[date]) -> None:
    """Bars dearer or gone, a split withdrawn, other sectors, ratios, and a rename of long ago."""
    engine, source = market.engine, market.source(days[-1])
    for day in days[-30:-1]:
        bars = source.bars(day)
        wider = replace(bars, high=bars.high * 1.5, volume=bars.volume + 1.0)
        ingest(engine, wider)
    record_splits(engine, source.splits()[1:], confirm_removals=True)
    described = [
        replace(d, sector="Energy", name=f"{d.ticker} anew") for d in source.descriptions()
    ]
    record_descriptions(engine, described)
    record_ratios(engine, [replace(r, cash=9.0, market_cap=1e9) for r in source.ratios()])
    traded = source.bars(days[-1]).ticker.to_pylist()
    filed = {r.ticker for r in source.ratios() if r.known_on >= days[-10]}
    ticker = [traded[0], next(t for t in traded[1:] if t in filed)]
    apply_ticker_changes(engine, [TickerChange(*ticker, days[-10])])
    record_descriptions(engine, [SymbolDescription(ticker[1], type="ETF")])


def test_every_version_is_rebuilt_as_it_was_published(evenings: Evenings) -> None:
    versions = evenings.versions()
    assert len(versions) == 2 * 6
    for scan, session, version, published_at in versions:
        # What the other scan of the evening was published as is of no concern.
        assert evenings.rebuilt(session, published_at)[scan] == (version, 0)


def test_with_what_became_known_later_the_older_versions_would_be_others(
    evenings: Evenings,
) -> None:
    scan, session, version, _ = evenings.versions()[0]
    with psycopg.connect(evenings.market.url) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    found, other = evenings.rebuilt(session, row[0])[scan]
    assert found == version
    assert other > 20


def test_nothing_is_written(evenings: Evenings) -> None:
    def counts() -> list[int]:
        with evenings.engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            return [connection.scalar(sa.text(f'select count(*) from "{n}"')) or 0 for n in names]

    before = counts()
    for _, session, _, published_at in evenings.versions()[:2]:
        evenings.rebuilt(session, published_at)
    assert counts() == before


@pytest.mark.parametrize(
    "told_otherwise",
    [
        "bar_revisions where change = 'revised'",
        "bar_revisions where change = 'repointed'",
        "repointed_fundamentals",
        "splits where known_to is not null",
        "symbol_versions where known_to is not null",
        "scan_runs where version = 2",
    ],
)
def test_everything_was_told_otherwise_before(evenings: Evenings, told_otherwise: str) -> None:
    with evenings.engine.connect() as connection:
        assert connection.scalar(sa.text(f"select count(*) from {told_otherwise}"))
