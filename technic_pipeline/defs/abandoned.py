"""Runs whose process is gone without a word, as after a power cut.

Who starts a run sees its process die, but not after dying with it; such a run would count as
running, and hold up the queue, until the longest run there can be is over.
"""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from technic_pipeline import clock
from technic_pipeline.defs.assets import daily_bars
from technic_pipeline.defs.jobs import JOB_NAME
from technic_pipeline.defs.schedules import prefetch, verify_everything
from technic_pipeline.store.database import run_holder, writers_connected

# A run connects with its first step; before that it may have a large database to migrate.
TIME_TO_CONNECT = timedelta(minutes=10)
JOBS = {JOB_NAME, prefetch.name, verify_everything.name}


def report_abandoned(instance: dg.DagsterInstance, url: str) -> list[str]:
    """Tell Dagster that runs have failed which began long ago and are not connected; their ids.

    Every run of this pipeline is connected to the database from its first step to its last, to hold
    the writer's lock or to wait for it.
    """
    started = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    long_ago = clock.now() - TIME_TO_CONNECT
    suspects = [r.dagster_run for r in started if r.create_timestamp < long_ago and _ours(r)]
    connected = writers_connected(url) if suspects else set()
    gone = [run for run in suspects if run_holder(run.run_id) not in connected]
    for run in gone:
        instance.report_run_failed(
            run, "The run's process is gone: it has no connection to the database any more."
        )
    return [run.run_id for run in gone]


def _ours(record: dg.RunRecord) -> bool:
    """Whether a run is of this pipeline; Dagster's records may be those of others too."""
    run = record.dagster_run
    return run.job_name in JOBS or daily_bars.key in (run.asset_selection or ())
