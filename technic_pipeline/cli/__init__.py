"""The `technic` command: a thin convenience over Dagster and SQL."""

from technic_pipeline.cli.app import main

__all__ = ["main"]
