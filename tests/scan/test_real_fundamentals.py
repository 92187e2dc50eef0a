"""The real market's scores, from the files through PostgreSQL, against the files read plainly."""

from __future__ import annotations

import csv
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan.known_fundamentals import (
    Fundamentals,
    read_fundamentals,
    record_statistics,
)
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.sources.sectors import gics_sector
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import RatiosReport, record_ratios
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions

LOADED = date(2016, 12, 30)
# Those of section 4 that the file has; True where lower is better.
REAL_METRICS = {
    "price_to_earnings": True,
    "price_to_book": True,
    "price_to_sales": True,
    "price_to_cash_flow": True,
    "return_on_assets": False,
    "return_on_equity": False,
    "current": False,
    "cash": False,
}


@pytest.fixture
def loaded(database_url: str, real_data: Path, calendar: Calendar) -> tuple[str, RatiosReport]:
    """One session's symbols, their descriptions, and every ratio there is."""
    source, engine = FlatFiles.open(real_data, calendar), engine_for(database_url)
    ensure_partitions(engine, LOADED, LOADED)
    ingest(engine, source.bars(LOADED))
    record_descriptions(engine, source.descriptions() or [])
    return database_url, record_ratios(engine, source.ratios() or [])


def newest(ratios: list[dict], day: str) -> dict[str, dict]:
    """By ticker; the file is in order of its dates, and the last of one date counts."""
    return {row["ticker"]: row for row in ratios if row["date"] <= day}


def plain_scores(real_data: Path, tickers: set[str], session: str, before: str) -> dict:
    ratios = [
        row
        for row in json.loads((real_data / "ratios.json").read_text())["results"]
        if row["ticker"] in tickers
    ]
    with (real_data / "tickers.csv").open(newline="") as file:
        sector = {row["ticker"]: gics_sector(row["sector"]) for row in csv.DictReader(file)}
    peers: defaultdict[tuple, list[float]] = defaultdict(list)
    for ticker, row in newest(ratios, before).items():
        for name in REAL_METRICS.keys() & row.keys():
            peers["market", name].append(row[name])
            peers[sector.get(ticker), name].append(row[name])
    for values in peers.values():
        values.sort()
    found = {}
    for ticker, row in newest(ratios, session).items():
        standing = []
        for name, lower_is_better in REAL_METRICS.items():
            if name not in row:
                continue
            values = peers[sector.get(ticker), name]
            if sector.get(ticker) is None or len(values) < 8:
                values = peers["market", name]
            below = bisect_left(values, row[name])
            equal = bisect_right(values, row[name]) - below
            share = 100.0 * (below + equal / 2.0) / len(values)
            standing.append(100.0 - share if lower_is_better else share)
        if len(standing) >= 3:
            found[ticker] = sum(standing) / len(standing)
    return found


def read_all(
    url: str, redis_url: str, calendar: Calendar, session: date
) -> tuple[list[str], Fundamentals]:
    with engine_for(url).connect() as connection:
        rows = connection.execute(
            sa.text("select symbol_id, ticker, sector from symbols order by symbol_id")
        ).all()
    symbol_id = np.array([row.symbol_id for row in rows], dtype=np.int32)
    sector = pa.array([row.sector for row in rows], pa.string())
    found = read_fundamentals(url, redis_url, session, calendar, symbol_id, sector)
    return [row.ticker for row in rows], found


def test_ratios_cover_most_of_the_market(
    loaded: tuple[str, RatiosReport], servers: Endpoints, calendar: Calendar
) -> None:
    url, report = loaded
    # 383 are of companies that did not trade on the only session that is loaded.
    assert report == RatiosReport(listed=4746, unresolved=383, repeated=2, added=4361)
    statistics = record_statistics(url, servers.redis_url, LOADED, calendar)
    tickers, found = read_all(url, servers.redis_url, calendar, LOADED)
    known = ~np.isnat(found.known_on)
    scored = np.isfinite(found.score)
    assert (len(tickers), known.sum(), scored.sum()) == (6001, 3562, 3542)
    assert np.isfinite(found.market_cap).sum() == 3431
    assert statistics.symbols == 3562
    assert not (scored & ~known).any()
    assert (found.known_on[known] <= np.datetime64(LOADED)).all()
    assert 45.0 < np.median(found.score[scored]) < 55.0


@pytest.mark.parametrize("session", [date(2016, 6, 30), date(2016, 12, 30)])
def test_every_real_score_is_that_of_the_definition(
    loaded: tuple[str, RatiosReport],
    servers: Endpoints,
    real_data: Path,
    calendar: Calendar,
    session: date,
) -> None:
    url, _ = loaded
    record_statistics(url, servers.redis_url, session, calendar)
    tickers, found = read_all(url, servers.redis_url, calendar, session)
    pairs = zip(tickers, found.score.tolist(), strict=True)
    scored = {ticker: score for ticker, score in pairs if np.isfinite(score)}
    before = str(calendar.before(session, 1))
    expected = plain_scores(real_data, set(tickers), str(session), before)
    assert len(expected) > 3000
    assert scored == expected
