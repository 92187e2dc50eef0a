"""Five assets that do nothing, one upon the other, run by Dagster in this process."""

from __future__ import annotations

import dagster as dg


@dg.asset
def first() -> None:
    """Nothing."""


@dg.asset(deps=[first])
def second() -> None:
    """Nothing."""


@dg.asset(deps=[second])
def third() -> None:
    """Nothing."""


@dg.asset(deps=[third])
def fourth() -> None:
    """Nothing."""


@dg.asset(deps=[fourth])
def fifth() -> None:
    """Nothing."""


defs = dg.Definitions(
    assets=[first, second, third, fourth, fifth],
    jobs=[dg.define_asset_job("trivial", selection="*")],
    executor=dg.in_process_executor,
)

if __name__ == "__main__":
    with dg.DagsterInstance.get() as instance:
        defs.resolve_job_def("trivial").execute_in_process(
            instance=instance,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
