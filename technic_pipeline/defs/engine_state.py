"""The engine's state: made ready ahead of the evening."""

import dagster as dg

from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.defs.tables import OWNERS
from technic_pipeline.delta.prefetch import prefetch_states


@dg.asset(group_name="analysis", kinds={"numba", "redis"}, owners=OWNERS)
def indicator_state(pipeline: PipelineResource) -> dg.MaterializeResult:
    """State in Redis of every symbol expected to trade, rebuilt where it is missing or damaged."""
    opened = pipeline.opened
    urls = opened.database_url, opened.redis_url
    report = prefetch_states(*urls, opened.engine, opened.calendar, opened.computing)
    return dg.MaterializeResult(
        metadata={
            "expected_symbols": report.expected,
            "rebuilt_symbols": report.rebuilt,
            "cache": "answered" if report.cache_answered else "did not answer: nothing was kept",
        }
    )
