"""Runs of the market's job in this process."""

from __future__ import annotations

import dagster as dg

from technic_pipeline.definitions import JOB_NAME, defs


def run_market(
    instance: dg.DagsterInstance, first: str, last: str, *, raise_on_error: bool = True
) -> dg.ExecuteInProcessResult:
    """Materialize everything from the first session to the last, as one run."""
    return defs.resolve_job_def(JOB_NAME).execute_in_process(
        instance=instance,
        raise_on_error=raise_on_error,
        tags={
            "dagster/asset_partition_range_start": first,
            "dagster/asset_partition_range_end": last,
        },
    )
