"""The assets, in the order in which a market's evening goes."""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from typing import Any

import dagster as dg

from technic_pipeline import faults, progress
from technic_pipeline.defs.checks import (
    BAR_CHECKS,
    SAMPLE_CHECKS,
    SCAN_CHECKS,
    check_bars,
    check_contributions,
    check_sample,
)
from technic_pipeline.defs.metadata import (
    delta_metadata,
    pictures_metadata,
    scan_metadata,
    seconds_since,
)
from technic_pipeline.defs.partitions import sessions
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.defs.tables import OWNERS, fills
from technic_pipeline.delta import follow_changes
from technic_pipeline.overlapping import ahead
from technic_pipeline.pictures.reading import read_contents
from technic_pipeline.pipeline import (
    Pipeline,
    calls_counted,
    ensure_partitions,
    forget_old_payloads,
    record_calls,
    sessions_to_read_again,
    stored_by_an_interrupted_run,
)
from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.scan.publishing import Market, Published, publish_sessions
from technic_pipeline.scan.ranking import RankedScan
from technic_pipeline.scan.versions import Publication, stale_newest_session
from technic_pipeline.services.probe import mask
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.schema import daily_bars as daily_bars_table
from technic_pipeline.store.schema import indicators as indicators_table
from technic_pipeline.store.schema_scans import scan_results as scan_results_table

# A range of sessions is one run.
one_run = dg.BackfillPolicy.single_run()


@dg.asset(
    group_name="ingest",
    kinds={"postgres"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    check_specs=BAR_CHECKS,
    owners=OWNERS,
    metadata=fills(daily_bars_table),
)
def daily_bars(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """Raw bars of each session, one call or file a session, into the table `daily_bars`.

    The sessions just before the first are read again: a source corrects its bars for days.
    """
    started, opened = time.perf_counter(), pipeline.opened
    selected = selected_sessions(context)
    again = sessions_to_read_again(opened, selected[0])
    there = stored_by_an_interrupted_run(opened, selected)
    days = [*again, *(day for day in selected if day not in there)]
    ensure_partitions(opened.engine, min([*again, selected[0]]), selected[-1])
    totals: Counter[str] = Counter()
    fetched = ahead(opened.source.bars, days, opened.source.give_up)
    with calls_counted(opened) as calls_made, closing(fetched) as payloads:
        for done, (day, bars) in enumerate(zip(days, payloads, strict=True), start=1):
            faults.reach("after-fetch")
            report = ingest(opened.engine, bars, confirm_removals=pipeline.confirm_removals)
            record_calls(opened)
            if day in again:
                totals["corrected_before"] += report.changed
                continue
            counts = {
                "rows": report.rows,
                "inserted": report.inserted,
                "revised": report.revised,
                "removed": report.removed,
                "rejected": sum(report.rejected.values()),
            }
            context.add_asset_metadata(counts, partition_key=str(day))
            totals.update(counts)
            progress.report("daily_bars", done - len(again), len(days) - len(again))
    forgotten = forget_old_payloads(opened)
    totals.update(already_stored=len(there), calls=calls_made(), payloads_forgotten=forgotten)
    return dg.MaterializeResult(
        metadata={**{f"run_{name}": n for name, n in totals.items()}, **seconds_since(started)},
        check_results=check_bars(opened, selected, confirmed=pipeline.confirm_unusual),
    )


@dg.asset(
    group_name="analysis",
    kinds={"numba", "postgres", "redis"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    deps=[daily_bars, "corporate_actions"],
    check_specs=SAMPLE_CHECKS,
    owners=OWNERS,
    metadata=fills(indicators_table),
)
def indicators(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """Every pending change followed: the rows of changed symbols in the table `indicators`."""
    started, opened = time.perf_counter(), pipeline.opened
    urls = opened.database_url, opened.redis_url
    report = follow_changes(*urls, opened.engine, opened.calendar, opened.computing)
    if not report.cache_answered:
        context.log.warning("ran without a cache: %s did not answer", mask(opened.redis_url))
    told = {**delta_metadata(report), **seconds_since(started)}
    return dg.MaterializeResult(metadata=told, check_results=check_sample(opened))


@dg.asset(
    group_name="analysis",
    kinds={"postgres"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    deps=[indicators, "reference", "sector_stats"],
    check_specs=SCAN_CHECKS,
    owners=OWNERS,
    metadata=fills(scan_results_table),
)
def scan_results(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """Each session's ranked tables, a version at a time, into `scan_runs` and `scan_results`.

    When a change of a past session reaches the newest published one, that is published anew too.
    """
    faults.reach("between-rows-and-publishing")
    started, opened = time.perf_counter(), pipeline.opened
    days = selected_sessions(context)
    published: Published = {}
    urls = opened.database_url, opened.redis_url
    market = Market(*urls, opened.calendar, opened.computing)
    with closing(publish_sessions(market, opened.engine, opened.scans, days)) as in_order:
        for done, (day, published) in enumerate(in_order, start=1):
            counts = {
                f"{name}_{key}": count
                for name, (ranked, _) in published.items()
                for key, count in (("population", ranked.population), *ranked.funnel().items())
            }
            context.add_asset_metadata(counts, partition_key=str(day))
            progress.report("scan_results", done, len(days))
    newest = stale_newest_session(opened.engine)
    if newest is not None:
        context.log.info("%s is published anew: a change reached it", newest)
        published = dict(publish_sessions(market, opened.engine, opened.scans, [newest]))[newest]
    shown = published.get(DEFAULT_SCAN) or next(iter(published.values()), None)
    took = seconds_since(started)
    return dg.MaterializeResult(
        metadata={**took, **(_what_people_look_at(opened, *shown) if shown else {})},
        check_results=check_contributions(opened, newest or days[-1]),
    )


def _what_people_look_at(
    opened: Pipeline, ranked: RankedScan, publication: Publication
) -> Mapping[str, Any]:
    where = opened.database_url, ranked.session, ranked.definition.name, opened.calendar
    return {**scan_metadata(ranked, publication), **pictures_metadata(read_contents(*where))}


def selected_sessions(context: dg.AssetExecutionContext) -> list[date]:
    """The sessions of a run, oldest first."""
    return [date.fromisoformat(key) for key in context.partition_keys]
