"""Real sessions from files to published scans, in a process of their own."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

import psycopg

from technic_pipeline.errors import SettingsError
from technic_pipeline.overlapping import ahead
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan import publishing
from technic_pipeline.scan.known_fundamentals import record_statistics_of
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import load_calendar
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.explained_jumps import record_explained_jumps
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.ticker_changes import apply_ticker_changes
from tests.benchmarks.clock import timed
from tests.benchmarks.evening import Market, bring_in, follow, open_market
from tests.benchmarks.floor import (
    copy_seconds,
    drop_equal_tables,
    encoded_session,
    make_equal_tables,
)
from tests.benchmarks.memory import in_fresh_process
from tests.benchmarks.scale import Scale
from tests.benchmarks.servers import own_servers
from tests.benchmarks.verdict import CaseReport, at_most, within

GIGABYTE = 1e9
# Memory of the whole is held against memory of this part of it.
PART = 1 / 3


@dataclass(frozen=True)
class Seconds:
    """What each stage of a backfill took."""

    ingest: float
    reference: float
    follow: float
    publish: float

    @property
    def total(self) -> float:
        """From files to published scans."""
        return self.ingest + self.reference + self.follow + self.publish


def measure(scale: Scale) -> CaseReport:
    """Against COPY of the same rows; memory against a limit and against fewer sessions' memory."""
    root = real_files()
    days = offered_sessions(root)[: scale.sessions]
    part = days[: max(round(len(days) * PART), 1)]
    with own_servers() as (_, endpoints):
        _, part_peak = in_fresh_process(fill, endpoints, root, part)
    with own_servers() as (_, endpoints):
        seconds, peak = in_fresh_process(fill, endpoints, root, days)
        copied, copied_bytes = copy_all(endpoints, days)
    return CaseReport(
        case="backfill",
        work=f"{len(days)} real sessions",
        verdicts=(
            at_most(
                "files to published scans", seconds.total, "s", "COPY of the same rows", copied, 2.0
            ),
            within("peak memory", peak / GIGABYTE, "GB", 2.0),
            at_most(
                f"peak memory of {len(days)} sessions",
                peak / GIGABYTE,
                "GB",
                f"of {len(part)} sessions",
                part_peak / GIGABYTE,
                times=1.1,
            ),
        ),
        raw={
            "seconds": asdict(seconds),
            "copy_seconds": copied,
            "copied_bytes": copied_bytes,
            "peak_bytes": peak,
            "part_sessions": len(part),
            "part_peak_bytes": part_peak,
        },
    )


def real_files() -> Path:
    """The directory of real day files.

    Raises:
        SettingsError: TECHNIC_TEST_DATA does not lead to one.
    """
    named = os.environ.get("TECHNIC_TEST_DATA")
    if not named:
        raise SettingsError("TECHNIC_TEST_DATA", "is not set; name the directory of real day files")
    return Path(named).resolve() / "us_2015_2016"


def offered_sessions(root: Path) -> list[date]:
    """Every session for which there is a file."""
    calendar = load_calendar("XNYS")
    return calendar.between(*FlatFiles.open(root, calendar).offered())


def fill(endpoints: Endpoints, root: Path, days: list[date]) -> Seconds:
    """Everything that a run of a range does, without Dagster."""
    market = open_market(endpoints)
    source = FlatFiles.open(root, market.calendar)
    ensure_partitions(market.engine, days[0], days[-1])
    ingested, _ = timed(partial(bring_in, market, ahead(source.bars, days)))
    described, _ = timed(partial(record_lists, market, source))
    followed, _ = timed(partial(follow, market))
    published, _ = timed(partial(publish_range, market, days))
    return Seconds(ingested, described, followed, published)


def record_lists(market: Market, source: FlatFiles) -> None:
    """What the assets `corporate_actions` and `reference` do.

    To an empty database a list that is not there is an empty one.
    """
    apply_ticker_changes(market.engine, source.ticker_changes() or ())
    record_explained_jumps(market.engine, source.explained_jumps() or ())
    record_splits(market.engine, source.splits() or ())
    record_descriptions(market.engine, source.descriptions() or ())
    record_ratios(market.engine, source.ratios() or ())


def publish_range(market: Market, days: list[date]) -> None:
    """What the assets `sector_stats` and `scan_results` do for a range."""
    url, redis_url = market.endpoints.database_url, market.endpoints.redis_url
    for _ in record_statistics_of(url, redis_url, days, market.calendar):
        pass
    where = publishing.Market(url, redis_url, market.calendar)
    for _ in publishing.publish_sessions(where, market.engine, market.scans, days):
        pass


def copy_all(endpoints: Endpoints, days: list[date]) -> tuple[float, int]:
    """Seconds for COPY of all the days' rows into equal tables, session by session; their bytes."""
    seconds, size = 0.0, 0
    with psycopg.connect(endpoints.database_url, autocommit=True) as connection:
        for day in days:
            rows = encoded_session(connection, day)
            make_equal_tables(connection, rows)
            seconds += sum(copy_seconds(connection, part) for part in rows)
            size += sum(len(part.stream) for part in rows)
        drop_equal_tables(connection)
    return seconds, size
