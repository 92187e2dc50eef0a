"""Runs of the market's job in this process."""

from __future__ import annotations

import dagster as dg

from technic_pipeline.definitions import defs
from technic_pipeline.defs.jobs import JOB_NAME
from technic_pipeline.defs.partitions import range_tags


def run_market(
    instance: dg.DagsterInstance,
    first: str,
    last: str,
    *,
    raise_on_error: bool = True,
    confirm_unusual: bool = False,
    only: str | None = None,
) -> dg.ExecuteInProcessResult:
    """Materialize everything, or one asset, from the first session to the last, as one run."""
    return defs.resolve_job_def(JOB_NAME).execute_in_process(
        instance=instance,
        asset_selection=[dg.AssetKey(only)] if only else None,
        raise_on_error=raise_on_error,
        tags=range_tags(first, last),
        run_config={"resources": {"pipeline": {"config": {"confirm_unusual": confirm_unusual}}}},
    )
