"""Sixteen sessions of a few symbols: among them all that a report has to tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from made_up import ODD_NAME
from payloads import Row, payload

from technic_pipeline.delta import follow_changes
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.definition import Component, Levels, ScanDefinition, UniverseRules
from technic_pipeline.scan.publishing import Market, publish_sessions
from technic_pipeline.sources import Split, SymbolDescription
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions

WAVES = [f"T{number}" for number in range(8)]
SPLIT_AT = 8
# Without a bar of GAPS; the last one is the session before the newest.
GAPS = (3, 4, 14)
# CHEAP falls below this in the last session.
MIN_PRICE = 5.0


def closes(age: int, last: int) -> dict[str, float]:
    """What closes where in the session of a position, `last` being the newest one's."""
    found = {ticker: 20.0 + math.sin(age * (at + 1)) for at, ticker in enumerate(WAVES)}
    found["HALF"] = (10.0 if age >= SPLIT_AT else 20.0) + age / 10
    found["CHEAP"] = 4.0 if age == last else 6.0 + age / 100
    if age not in GAPS:
        found["GAPS"] = 30.0 + age
    if age != last:
        found["ABSENT"] = 25.0 - age / 10
    if age >= last - 1:
        found["NEW"] = 40.0 + age
    return found


def ranks_by(name: str, column: str, **rules: float) -> ScanDefinition:
    """Three parts a column, one part volume, which the first bars of a symbol do not have."""
    others = ("trend", "volatility", "fundamental")
    return ScanDefinition(
        name=name,
        description=f"By {column}",
        universe=UniverseRules(min_price=MIN_PRICE, **rules),  # type: ignore[arg-type]
        components=(
            Component("momentum", ((column, "rising"),)),
            Component("volume", (("rel_volume_10", "rising"),)),
            *(Component(other, ((column, "rising"),)) for other in others),
        ),
        weights=(("momentum", 3.0), ("volume", 1.0)),
        levels=Levels(),
    )


# No symbol is so old. The default scan is last here and first in a report.
SCANS = {
    "gaps": ranks_by("gaps", "gap_pct"),
    "nobody": ranks_by("nobody", "change_pct", min_bars=1_000),
    "swing": ranks_by("swing", "change_pct"),
}


def load_market(market: Market, days: Sequence[date]) -> None:
    """Store the bars, the split and what the symbols are."""
    engine = engine_for(market.url)
    ensure_partitions(engine, days[0], days[-1])
    for age, day in enumerate(days):
        load_session(market, day, closes(age, len(days) - 1))
    record_splits(engine, [Split("HALF", days[SPLIT_AT], 1.0, 2.0)])
    odd = SymbolDescription("T0", name=ODD_NAME, sector="Energy", industry="Oil & <Gas>")
    record_descriptions(engine, [odd, SymbolDescription("T1", sector="Energy")])
    engine.dispose()


def load_session(market: Market, day: date, closing: dict[str, float]) -> None:
    """Store one session's bars; volumes differ by symbol and day."""
    rows = [
        Row(ticker, close, close + 1, close - 1, close, volume=1e5 * (1 + (at * day.day) % 7))
        for at, (ticker, close) in enumerate(closing.items())
    ]
    ingest(engine_for(market.url), payload(day, rows))


def publish_days(market: Market, days: Sequence[date]) -> None:
    """Follow what changed and publish every scan of some sessions."""
    engine = engine_for(market.url)
    follow_changes(market.url, market.redis_url, engine, market.calendar)
    list(publish_sessions(market, engine, SCANS, days))
