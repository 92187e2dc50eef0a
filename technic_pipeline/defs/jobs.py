"""What a run of an evening is made of."""

from __future__ import annotations

import dagster as dg

from technic_pipeline.defs.checks import all_equal_rebuild, bars_on_time, scans_on_time
from technic_pipeline.defs.engine_state import indicator_state
from technic_pipeline.defs.report import scan_report

JOB_NAME = "scan_market"

# Nobody waits for the page, which follows by itself; some checks are of a time of day.
EVENING = (
    dg.AssetSelection.all()
    - dg.AssetSelection.assets(indicator_state, scan_report)
    - dg.AssetSelection.checks(all_equal_rebuild, bars_on_time, scans_on_time)
)

scan_market = dg.define_asset_job(JOB_NAME, EVENING, description="An evening: bars to scans.")
