"""What Dagster loads."""

from __future__ import annotations

import warnings

import dagster as dg

# Single-run backfill policies, which a range as one run needs, are marked beta.
warnings.filterwarnings("ignore", category=dg.BetaWarning)

from technic_pipeline.defs import (  # noqa: E402
    assets,
    checks,
    engine_state,
    fundamentals,
    reference,
    report,
)
from technic_pipeline.defs.jobs import scan_market  # noqa: E402
from technic_pipeline.defs.resources import PipelineResource  # noqa: E402
from technic_pipeline.defs.schedules import prefetch, schedules, verify_everything  # noqa: E402
from technic_pipeline.defs.sensors import daily_sensor, pages  # noqa: E402
from technic_pipeline.sessions import load_calendar  # noqa: E402
from technic_pipeline.settings import load_settings  # noqa: E402

defs = dg.Definitions(
    assets=dg.with_source_code_references(
        dg.load_assets_from_modules([assets, engine_state, fundamentals, reference, report])
    ),
    asset_checks=dg.load_asset_checks_from_modules([checks]),
    jobs=[scan_market, prefetch, verify_everything],
    schedules=schedules(load_calendar(load_settings().calendar)),
    sensors=[daily_sensor(), pages],
    resources={"pipeline": PipelineResource()},
    executor=dg.in_process_executor,
)
