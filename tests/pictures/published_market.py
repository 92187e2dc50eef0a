"""A market of 130 symbols, published for a few sessions, two of them twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Literal

from payloads import Row, payload

from technic_pipeline.delta import follow_changes
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.definition import Component, Levels, ScanDefinition, UniverseRules
from technic_pipeline.scan.publishing import Market, publish_sessions
from technic_pipeline.sources import SymbolDescription
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions

TICKERS = [f"T{number}" for number in range(130)]
SECTORS = ("Energy", "Financials", "Utilities")
# In its one sector is nobody with a rating; it comes when little can be known of it.
NEWCOMER = "NEW"


def ranks_by_gain(
    name: str, way: Literal["rising", "falling"] = "rising", **rules: float
) -> ScanDefinition:
    """By how a session changed the price, one way or the other."""
    parts = ("momentum", "trend", "volume", "volatility", "fundamental")
    return ScanDefinition(
        name=name,
        description="",
        universe=UniverseRules(**rules),  # type: ignore[arg-type]
        components=tuple(Component(part, (("change_pct", way),)) for part in parts),
        weights=(("momentum", 1.0),),
        levels=Levels(),
    )


GAINS = ranks_by_gain("gains")
# The dearer half, in the other order.
LOSSES = ranks_by_gain("gains", "falling", min_price=20.0)
# No symbol is so old.
NOBODY = ranks_by_gain("nobody", min_bars=1_000)


def publish_market(market: Market, days: Sequence[date]) -> None:
    """Publish every session but one, and two of them first by a scan that a version replaces."""
    engine = engine_for(market.url)
    ensure_partitions(engine, days[0], days[-1])
    for age, day in enumerate(days):
        ingest(engine, payload(day, _bars(age, age >= len(days) - 2)))
    sectors = {ticker: SECTORS[at % 3] for at, ticker in enumerate(TICKERS)}
    described = sectors | {NEWCOMER: "Real Estate"}
    record_descriptions(engine, [SymbolDescription(t, sector=s) for t, s in described.items()])
    follow_changes(market.url, market.redis_url, engine, market.calendar)
    list(publish_sessions(market, engine, {"gains": LOSSES}, [days[4], days[-1]]))
    published = [*days[:2], *days[3:]]
    list(publish_sessions(market, engine, {"gains": GAINS, "nobody": NOBODY}, published))


def _bars(age: int, has_newcomer: bool) -> list[Row]:
    # No two change alike, so that no two scores are equal.
    closes = {
        ticker: 20.0 + math.sin(age * (at % 17 + 1)) + age * (at - 90) / 2_000
        for at, ticker in enumerate(TICKERS)
    }
    closes |= {NEWCOMER: 40.0 + age} if has_newcomer else {}
    return [Row(t, close, close + 1, close - 1, close) for t, close in closes.items()]
