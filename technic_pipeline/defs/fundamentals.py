"""The asset between reference data and scans: how ratios lie in each sector."""

import time
from contextlib import closing

import dagster as dg

from technic_pipeline import progress
from technic_pipeline.defs.assets import one_run, selected_sessions
from technic_pipeline.defs.checks import STATISTICS_CHECKS, check_statistics
from technic_pipeline.defs.metadata import seconds_since, statistics_metadata
from technic_pipeline.defs.partitions import sessions
from technic_pipeline.defs.reference import corporate_actions, reference
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.defs.tables import OWNERS, fills
from technic_pipeline.scan.known_fundamentals import RecordedStatistics, record_statistics_of
from technic_pipeline.store.schema_fundamentals import sector_statistics


@dg.asset(
    group_name="analysis",
    kinds={"postgres", "redis"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    # A change of ticker moves ratios to another symbol.
    deps=[reference, corporate_actions],
    check_specs=STATISTICS_CHECKS,
    owners=OWNERS,
    metadata=fills(sector_statistics),
)
def sector_stats(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """The distribution of every metric in every sector, as it was known before each session."""
    started, opened = time.perf_counter(), pipeline.opened
    days = selected_sessions(context)
    recorded: RecordedStatistics | None = None
    urls = opened.database_url, opened.redis_url
    with closing(record_statistics_of(*urls, days, opened.calendar)) as in_order:
        for done, (day, recorded) in enumerate(zip(days, in_order, strict=True), start=1):
            context.add_asset_metadata(
                {"symbols": recorded.symbols, "as_of": str(recorded.as_of)}, partition_key=str(day)
            )
            progress.report("sector_stats", done, len(days))
    return dg.MaterializeResult(
        metadata={**seconds_since(started), **(statistics_metadata(recorded) if recorded else {})},
        check_results=check_statistics(opened, days),
    )
