"""Stored indicators against a rebuild from raw bars: a few symbols at every run, all at times."""

import dagster as dg

from technic_pipeline.defs.assets import indicators
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.delta.parts import newest_session
from technic_pipeline.verification import choose_symbols, verify_symbols

SAMPLED_SYMBOLS = 20
# So far back the sample goes; older rows are on pages that nothing else of an evening reads.
SAMPLED_SESSIONS = 60


@dg.asset_check(asset=indicators, blocking=True)
def sample_equals_rebuild(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The last 60 sessions' rows of some symbols, chosen by chance, are those of a rebuild."""
    return _verified(pipeline, SAMPLED_SYMBOLS, SAMPLED_SESSIONS)


@dg.asset_check(asset=indicators)
def all_equal_rebuild(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The rows of all symbols are those of a rebuild, bit for bit."""
    return _verified(pipeline)


def _verified(
    pipeline: PipelineResource, sample: int | None = None, sessions: int | None = None
) -> dg.AssetCheckResult:
    opened = pipeline.opened
    newest = newest_session(opened.database_url)
    since = opened.calendar.before(newest, sessions) if newest and sessions else None
    chosen = choose_symbols(opened.engine, [], sample)
    found = verify_symbols(opened.database_url, chosen, opened.calendar, since)
    return dg.AssetCheckResult(
        passed=found.faults == 0,
        metadata={
            "symbols": found.symbols,
            "rows": found.rows,
            "different": found.different,
            "missing": found.missing,
            "surplus": found.surplus,
            "rows_of_other_engine_builds": found.other_builds,
            "examples": dg.MetadataValue.json(found.examples),
        },
    )
