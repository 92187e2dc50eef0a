"""What Dagster loads."""

from __future__ import annotations

import warnings

import dagster as dg

# Single-run backfill policies, which a range as one run needs, are marked beta.
warnings.filterwarnings("ignore", category=dg.BetaWarning)

from technic_pipeline.defs import assets, checks, engine_state, fundamentals, reference  # noqa: E402
from technic_pipeline.defs.resources import PipelineResource  # noqa: E402
from technic_pipeline.defs.schedules import prefetch, schedules, verify_everything  # noqa: E402
from technic_pipeline.sessions import load_calendar  # noqa: E402
from technic_pipeline.settings import load_settings  # noqa: E402

JOB_NAME = "scan_market"

EVENING = (
    dg.AssetSelection.all()
    - dg.AssetSelection.assets(engine_state.indicator_state)
    - dg.AssetSelection.checks(checks.all_equal_rebuild)
)

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([assets, engine_state, fundamentals, reference]),
    asset_checks=dg.load_asset_checks_from_modules([checks]),
    jobs=[
        dg.define_asset_job(JOB_NAME, EVENING, description="An evening: bars to scans."),
        prefetch,
        verify_everything,
    ],
    schedules=schedules(load_calendar(load_settings().calendar)),
    resources={"pipeline": PipelineResource()},
    executor=dg.in_process_executor,
)
