"""The work of an evening, by the same functions and in the same order as the assets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import sqlalchemy as sa

from technic_pipeline.delta import follow_changes
from technic_pipeline.scan.definition import ScanDefinition, load_definitions
from technic_pipeline.scan.known_fundamentals import record_statistics
from technic_pipeline.scan.publishing import publish_session
from technic_pipeline.scan.versions import stale_newest_session
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar, load_calendar
from technic_pipeline.settings import Settings
from technic_pipeline.sources import SessionBars
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest
from tests.benchmarks.clock import timed


@dataclass(frozen=True)
class Market:
    """A migrated database, its cache, and the five scans that ship."""

    endpoints: Endpoints
    engine: sa.Engine
    calendar: Calendar
    scans: Mapping[str, ScanDefinition]


@dataclass(frozen=True)
class Stages:
    """Seconds of an evening's stages, each ended by its commit."""

    ingest: float
    follow: float
    publish: float

    @property
    def total(self) -> float:
        """From payload to published scans."""
        return self.ingest + self.follow + self.publish

    @property
    def to_state(self) -> float:
        """From payload to indicators and state."""
        return self.ingest + self.follow


def open_market(endpoints: Endpoints) -> Market:
    """The market behind the endpoints."""
    shipped = load_definitions(Settings(scans=None, scans_dir=None))
    engine = engine_for(endpoints.database_url)
    return Market(endpoints, engine, load_calendar("XNYS"), shipped)


def work_evening(market: Market, payloads: Sequence[SessionBars]) -> Stages:
    """Bring payloads in, follow them, and publish the last one's session."""
    ingested, _ = timed(partial(bring_in, market, payloads))
    followed, _ = timed(partial(follow, market))
    published, _ = timed(partial(publish, market, payloads[-1].session))
    return Stages(ingested, followed, published)


def bring_in(market: Market, payloads: Iterable[SessionBars]) -> None:
    """What the asset `daily_bars` does."""
    for payload in payloads:
        ingest(market.engine, payload)


def follow(market: Market) -> None:
    """What the asset `indicators` does."""
    endpoints = market.endpoints
    follow_changes(endpoints.database_url, endpoints.redis_url, market.engine, market.calendar)


def publish(market: Market, session: date) -> None:
    """What the assets `sector_stats` and `scan_results` do."""
    urls = market.endpoints.database_url, market.endpoints.redis_url
    record_statistics(*urls, session, market.calendar)
    rank: Callable[[date], object] = partial(
        publish_session, *urls, market.engine, market.calendar, market.scans
    )
    rank(session)
    stale = stale_newest_session(market.engine)
    if stale is not None:
        rank(stale)
