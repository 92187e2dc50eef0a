"""The `technic` command: a thin convenience over Dagster and SQL."""

import gc

# What is imported stays. Looking through it for garbage every 700 objects takes half a second of a
# command that imports Dagster.
gc.set_threshold(100_000)

from technic_pipeline.cli.app import main  # noqa: E402

__all__ = ["main"]
