"""Stored indicators against a rebuild from raw bars: a few symbols at every run, all at times."""

import dagster as dg

from technic_pipeline.defs.assets import indicators
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.verification import choose_symbols, verify_symbols

SAMPLED_SYMBOLS = 20


@dg.asset_check(asset=indicators, blocking=True)
def sample_equals_rebuild(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The rows of some symbols, chosen by chance, are those of a rebuild, bit for bit."""
    return _verified(pipeline, SAMPLED_SYMBOLS)


@dg.asset_check(asset=indicators)
def all_equal_rebuild(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The rows of all symbols are those of a rebuild, bit for bit."""
    return _verified(pipeline, None)


def _verified(pipeline: PipelineResource, sample: int | None) -> dg.AssetCheckResult:
    opened = pipeline.opened
    chosen = choose_symbols(opened.engine, [], sample)
    found = verify_symbols(opened.database_url, chosen, opened.calendar)
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
