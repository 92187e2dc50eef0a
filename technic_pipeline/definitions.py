"""What Dagster loads."""

from __future__ import annotations

import warnings

import dagster as dg

# Single-run backfill policies, which a range as one run needs, are marked beta.
warnings.filterwarnings("ignore", category=dg.BetaWarning)

from technic_pipeline.defs import assets, fundamentals  # noqa: E402
from technic_pipeline.defs.resources import PipelineResource  # noqa: E402

JOB_NAME = "scan_market"

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([assets, fundamentals]),
    jobs=[dg.define_asset_job(JOB_NAME, selection="*", description="An evening: bars to scans.")],
    resources={"pipeline": PipelineResource()},
    executor=dg.in_process_executor,
)
