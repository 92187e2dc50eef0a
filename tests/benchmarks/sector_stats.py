"""Fundamental scores of a few symbols, with their sectors' distributions in Redis and without."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.known_fundamentals import read_fundamentals, record_statistics
from technic_pipeline.services import Endpoints
from technic_pipeline.sources.simulated import SimulatedMarket
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.schema import symbols as symbols_table
from tests.benchmarks.clock import side_by_side
from tests.benchmarks.evening import Market, bring_in, open_market
from tests.benchmarks.scale import Scale
from tests.benchmarks.servers import own_servers
from tests.benchmarks.simulated_history import LAST, LISTED, SEED
from tests.benchmarks.verdict import CaseReport, faster

CHANGED = 100
# Their filings are told; a scan looks at the newest of each company.
SESSIONS = 252
MILLISECONDS = 1e3


def measure(scale: Scale) -> CaseReport:
    """Before the session's statistics are recorded they are computed from PostgreSQL each time."""
    listed = scale.symbols or LISTED
    repetitions = 10 * scale.repetitions
    with own_servers() as (_, endpoints):
        session = _describe_market(endpoints, listed, scale.sessions or SESSIONS)
        market = open_market(endpoints)
        score = partial(_scores_of_changed, market, session, *_changed(market))
        from_database, (computed,) = score(), side_by_side([score], repetitions)
        record_statistics(endpoints.database_url, endpoints.redis_url, session, market.calendar)
        from_cache, (cached,) = score(), side_by_side([score], repetitions)
    assert np.array_equal(from_cache, from_database, equal_nan=True), "the scores differ"
    return CaseReport(
        case="sector-stats",
        work=f"scores of {CHANGED} symbols among {listed:,}",
        verdicts=(
            faster(
                "distributions cached in Redis",
                cached * MILLISECONDS,
                "ms",
                "read from PostgreSQL and recomputed",
                computed * MILLISECONDS,
                times=10.0,
            ),
        ),
        raw={
            "cached_seconds": cached,
            "recomputed_seconds": computed,
            "scored": int(np.count_nonzero(~np.isnan(from_cache))),
        },
    )


def _describe_market(endpoints: Endpoints, listed: int, sessions: int) -> date:
    """Symbols, descriptions and a year of filings; the session that is scored."""
    market = open_market(endpoints)
    source = SimulatedMarket(listed, sessions, SEED, market.calendar, LAST)
    ensure_partitions(market.engine, LAST, LAST)
    bring_in(market, [source.bars(LAST)])
    record_descriptions(market.engine, source.descriptions())
    record_ratios(market.engine, source.ratios())
    return LAST


def _changed(market: Market) -> tuple[np.ndarray, pa.Array]:
    """Ids and sectors of some symbols, spread over all of them."""
    columns = symbols_table.c
    listed = sa.select(columns.symbol_id, columns.sector).order_by(columns.symbol_id)
    with market.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(listed)]
    spread = np.linspace(0, len(rows) - 1, CHANGED, dtype=int).tolist()
    symbol_id, sector = zip(*(rows[at] for at in spread), strict=True)
    return np.array(symbol_id, dtype=np.int32), pa.array(sector, pa.string())


def _scores_of_changed(
    market: Market, session: date, symbol_id: np.ndarray, sector: pa.Array
) -> np.ndarray:
    urls = market.endpoints.database_url, market.endpoints.redis_url
    return read_fundamentals(*urls, session, market.calendar, symbol_id, sector).score
