"""The cases, in the order in which they run; each is the module of its name."""

from __future__ import annotations

from importlib import import_module

from tests.benchmarks.scale import Scale
from tests.benchmarks.verdict import CaseReport

CASES = (
    "daily",
    "revised",
    "small-delta",
    "history",
    "backfill",
    "universe",
    "sector-stats",
    "run",
    "techniques",
)


def measure_case(case: str, scale: Scale) -> CaseReport:
    """Measure one of `CASES`."""
    # Imported here: a list of the cases should not take the seconds that all their imports take.
    return import_module(f"tests.benchmarks.{case.replace('-', '_')}").measure(scale)
