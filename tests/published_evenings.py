"""A market that is published evening by evening, by what the assets call, without Dagster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from technic_pipeline.delta import follow_changes
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.definition import ScanDefinition
from technic_pipeline.scan.known_fundamentals import record_statistics
from technic_pipeline.scan.publishing import Market, publish_sessions
from technic_pipeline.sources.simulated.market import SimulatedMarket
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.ticker_changes import apply_ticker_changes


def work(market: Market, scans: Mapping[str, ScanDefinition], source: SimulatedMarket) -> date:
    """All that a source tells of its newest session and, corrected, of the one before; which it is.

    Then what follows from it, to the published scans.
    """
    engine = engine_for(market.url)
    _, session = source.offered()
    days = (market.calendar.before(session, 1), session)
    ensure_partitions(engine, *days)
    for day in days:
        ingest(engine, source.bars(day))
    apply_ticker_changes(engine, source.ticker_changes())
    record_splits(engine, source.splits())
    record_descriptions(engine, source.descriptions())
    record_ratios(engine, source.ratios())
    follow_and_publish(market, scans, session)
    return session


def follow_and_publish(market: Market, scans: Mapping[str, ScanDefinition], session: date) -> None:
    """Bring everything up to what is stored."""
    where = market.url, market.redis_url
    engine = engine_for(market.url)
    record_statistics(*where, session, market.calendar)
    follow_changes(*where, engine, market.calendar, market.computing)
    list(publish_sessions(market, engine, scans, [session]))
