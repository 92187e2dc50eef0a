"""Fundamental scores of a session: what was known then, of whom, and in which company.

A symbol is scored by the newest ratios known on the session's day. It is compared with what was
known by the close of the session before, which is fixed before the session begins.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from technic_pipeline.cache import sector_statistics as cached
from technic_pipeline.overlapping import Stage, in_stages
from technic_pipeline.scan.fundamentals import (
    METRICS,
    SECTORS,
    UNKNOWN,
    SectorDistributions,
    fundamental_scores,
)
from technic_pipeline.scan.sector_quantiles import quantile_columns
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.sectors import GICS_SECTORS, sector_table_sha256
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import read_ratios, read_ratios_of
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.sector_statistics import (
    Columns,
    read_distribution_digest,
    record_distribution,
)
from technic_pipeline.store.values import array_text, column, days

logger = logging.getLogger(__name__)

GROUPS = len(METRICS) * len(SECTORS)


@dataclass(frozen=True)
class Fundamentals:
    """One entry a symbol: score 0 to 100, dollars, and the day on which both became known.

    NaN and NaT where nothing was known; the score is also NaN where too few metrics were.
    """

    score: NDArray[np.float64]
    market_cap: NDArray[np.float64]
    known_on: NDArray[np.datetime64]


@dataclass(frozen=True)
class RecordedStatistics:
    """How many symbols' ratios were known on the day, and columns of `sector_statistics`."""

    as_of: date
    symbols: int
    columns: Columns


def read_fundamentals(
    url: str,
    redis_url: str,
    session: date,
    calendar: Calendar,
    symbol_id: NDArray[np.int32],
    sector: pa.Array | pa.ChunkedArray,
) -> Fundamentals:
    """Score some symbols, in their order, as of a session; `sector` are GICS names or null."""
    own = read_ratios_of(url, session, symbol_id)
    by_id = np.argsort(symbol_id)
    at = by_id[np.searchsorted(symbol_id, column(own, "symbol_id"), sorter=by_id)]
    distributions = distributions_for(url, redis_url, session, calendar)
    positions = sector_positions(sector)[at]
    score, market_cap = np.full((2, len(symbol_id)), np.nan)
    score[at] = fundamental_scores(_metric_values(own), positions, distributions)
    market_cap[at] = column(own, "market_cap")
    known_on = np.full(len(symbol_id), np.datetime64("NaT", "D"))
    known_on[at] = column(own, "known_on").astype("datetime64[D]")
    return Fundamentals(score, market_cap, known_on)


def distributions_for(
    url: str, redis_url: str, session: date, calendar: Calendar
) -> SectorDistributions:
    """The distributions for a session, from Redis or computed from PostgreSQL: the same bits.

    Redis is asked only for what PostgreSQL has a digest of, which `record_statistics` leaves there.
    """
    as_of, table = known_by(session, calendar), sector_table_sha256()
    digest = read_distribution_digest(url, as_of, table)
    if digest is not None:
        groups = cached.load(redis_url, as_of, table, digest, GROUPS)
        if groups is not None:
            return SectorDistributions(*groups)
    distributions = _compute(read_ratios(url, as_of))
    if digest is not None:
        _keep(redis_url, as_of, table, digest, distributions)
    return distributions


def record_statistics(
    url: str, redis_url: str, session: date, calendar: Calendar
) -> RecordedStatistics:
    """Compute the distributions for a session; their statistics and digest go to PostgreSQL."""
    as_of, table = known_by(session, calendar), sector_table_sha256()
    ratios = read_ratios(url, as_of)
    distributions = _compute(ratios)
    columns = quantile_columns(distributions)
    digest = cached.groups_sha256((distributions.start, distributions.values))
    if digest != read_distribution_digest(url, as_of, table):
        record_distribution(engine_for(url), as_of, len(ratios), digest, table, columns)
    _keep(redis_url, as_of, table, digest, distributions)
    return RecordedStatistics(as_of, len(ratios), columns)


def record_statistics_of(
    url: str, redis_url: str, sessions: Sequence[date], calendar: Calendar
) -> Generator[RecordedStatistics]:
    """The same for many sessions, oldest first, two at once: they have nothing in common."""
    record = partial(record_statistics, url, redis_url, calendar=calendar)
    return in_stages([Stage(record, at_once=2)], sessions)


def sessions_without_statistics(
    url: str, sessions: Sequence[date], calendar: Calendar
) -> list[date]:
    """Those for which ratios were known that are in no statistics."""
    as_of = {known_by(session, calendar): session for session in sessions}
    without = read_packed(url, "days_without_statistics", [array_text(days(list(as_of)))])
    return [as_of[day] for day in without["day"].to_pylist()]


def known_by(session: date, calendar: Calendar) -> date:
    """The session before, by whose close the values of the session's distributions were known."""
    # The calendar's first session has none before it.
    return min(calendar.before(session, 1), session - timedelta(days=1))


def sector_positions(sector: pa.Array | pa.ChunkedArray) -> NDArray[np.int8]:
    """Where each name stands in `SECTORS`; null and any other name are Unknown."""
    names = pa.array(GICS_SECTORS, pa.string())
    places = pc.index_in(sector.cast(pa.string()), names)  # pyright: ignore[reportAttributeAccessIssue] - made on import
    return places.fill_null(UNKNOWN).to_numpy().astype(np.int8)


def _compute(ratios: pa.Table) -> SectorDistributions:
    return SectorDistributions.of(_metric_values(ratios), sector_positions(ratios["sector"]))


def _metric_values(ratios: pa.Table) -> NDArray[np.float64]:
    return np.column_stack([column(ratios, metric.name) for metric in METRICS])


def _keep(
    redis_url: str, as_of: date, table: str, digest: str, distributions: SectorDistributions
) -> None:
    groups = distributions.start, distributions.values
    if cached.groups_sha256(groups) != digest:
        logger.warning("the ratios known on %s are not those of its statistics", as_of)
        return
    cached.save(redis_url, as_of, table, digest, groups)
