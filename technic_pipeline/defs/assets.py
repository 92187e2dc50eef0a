"""The assets, in the order in which a market's evening goes."""

from collections import Counter
from contextlib import closing
from datetime import date

import dagster as dg

from technic_pipeline import progress
from technic_pipeline.defs.metadata import delta_metadata, scan_metadata
from technic_pipeline.defs.partitions import sessions
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.delta import follow_changes
from technic_pipeline.overlapping import ahead
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.scan.publishing import Market, Published, publish_sessions
from technic_pipeline.scan.versions import stale_newest_session
from technic_pipeline.services.probe import mask
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.explained_jumps import record_explained_jumps
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.ticker_changes import apply_ticker_changes

# A range of sessions is one run.
one_run = dg.BackfillPolicy.single_run()


@dg.asset(
    group_name="ingest", kinds={"postgres"}, partitions_def=sessions(), backfill_policy=one_run
)
def daily_bars(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """Raw bars of each session, one call or file a session, into the table `daily_bars`."""
    opened = pipeline.opened
    days = selected_sessions(context)
    ensure_partitions(opened.engine, days[0], days[-1])
    totals: Counter[str] = Counter()
    with closing(ahead(opened.source.bars, days)) as payloads:
        for done, (day, bars) in enumerate(zip(days, payloads, strict=True), start=1):
            report = ingest(opened.engine, bars, confirm_removals=pipeline.confirm_removals)
            counts = {
                "rows": report.rows,
                "inserted": report.inserted,
                "revised": report.revised,
                "removed": report.removed,
                "rejected": sum(report.rejected.values()),
            }
            context.add_asset_metadata(counts, partition_key=str(day))
            totals.update(counts)
            progress.report("daily_bars", done, len(days))
    return dg.MaterializeResult(metadata={f"run_{name}": n for name, n in totals.items()})


@dg.asset(group_name="ingest", kinds={"postgres"}, deps=[daily_bars])
def corporate_actions(pipeline: PipelineResource) -> dg.MaterializeResult:
    """Changes of ticker and splits as they are known today, into `symbol_tickers` and `splits`."""
    opened = pipeline.opened
    metadata: dict[str, int | str] = {}
    changes = opened.source.ticker_changes()
    if changes is not None:
        renamed = apply_ticker_changes(opened.engine, changes)
        metadata |= {"ticker_changes": renamed.applied, "repointed_bars": renamed.repointed}
    jumps = opened.source.explained_jumps()
    if jumps is not None:
        explained = record_explained_jumps(opened.engine, jumps)
        metadata |= {"jumps_explained": explained.added, "jumps_unexplained": explained.withdrawn}
    splits = opened.source.splits()
    if splits is not None:
        report = record_splits(opened.engine, splits)
        metadata |= {
            "splits_listed": report.listed,
            "splits_of_unknown_tickers": report.unresolved,
            "splits_added": report.added,
            "splits_withdrawn": report.withdrawn,
            "splits_rejected": report.rejected,
        }
    return dg.MaterializeResult(metadata=metadata)


# A symbol that a change of ticker just touched is described by the ticker that it bears now.
@dg.asset(group_name="ingest", kinds={"postgres"}, deps=[daily_bars, corporate_actions])
def reference(pipeline: PipelineResource) -> dg.MaterializeResult:
    """Names, types, sectors and ratios as they are listed today, and when each became known."""
    opened = pipeline.opened
    metadata: dict[str, int | str | dg.MetadataValue] = {"listed": 0}
    descriptions = opened.source.descriptions()
    if descriptions is not None:
        described = record_descriptions(opened.engine, descriptions)
        metadata |= {
            "listed": described.listed,
            "changed": described.changed,
            "unknown_sectors": dg.MetadataValue.json(described.unknown_sectors),
        }
    ratios = opened.source.ratios()
    if ratios is None:
        return dg.MaterializeResult(metadata=metadata | {"ratios": "the source has none"})
    told = record_ratios(opened.engine, ratios)
    metadata |= {
        "ratios_listed": told.listed,
        "ratios_added": told.added,
        "ratios_repeated": told.repeated,
        "ratios_of_unknown_tickers": told.unresolved,
    }
    return dg.MaterializeResult(metadata=metadata)


@dg.asset(
    group_name="analysis",
    kinds={"numba", "postgres", "redis"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    deps=[daily_bars, corporate_actions],
)
def indicators(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """Every pending change followed: the rows of changed symbols in the table `indicators`."""
    opened = pipeline.opened
    report = follow_changes(opened.database_url, opened.redis_url, opened.engine, opened.calendar)
    if not report.cache_answered:
        context.log.warning("ran without a cache: %s did not answer", mask(opened.redis_url))
    return dg.MaterializeResult(metadata=delta_metadata(report))


@dg.asset(
    group_name="analysis",
    kinds={"postgres"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    deps=[indicators, reference, "sector_stats"],
)
def scan_results(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """Each session's ranked tables, a version at a time, into `scan_runs` and `scan_results`.

    When a change of a past session reaches the newest published one, that is published anew too.
    """
    opened = pipeline.opened
    days = selected_sessions(context)
    published: Published = {}
    market = Market(opened.database_url, opened.redis_url, opened.calendar)
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
    return dg.MaterializeResult(metadata=scan_metadata(*shown) if shown else {})


def selected_sessions(context: dg.AssetExecutionContext) -> list[date]:
    """The sessions of a run, oldest first."""
    return [date.fromisoformat(key) for key in context.partition_keys]
