"""A case's report as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from tests.benchmarks.machine import describe_machine
from tests.benchmarks.verdict import CaseReport, Verdict


def as_json(report: CaseReport) -> str:
    """One object on one line, with every number and the machine."""
    return json.dumps({**asdict(report), "met": report.met, "machine": describe_machine()})


def as_text(report: CaseReport) -> str:
    """A line for the case and one for each verdict."""
    lines = (_line(verdict) for verdict in report.verdicts)
    return "\n".join([f"{report.case}: {report.work}", *lines])


def _line(verdict: Verdict) -> str:
    return "  " + "; ".join(_parts(verdict))


def _parts(verdict: Verdict) -> Iterator[str]:
    yield f"{verdict.what}: {verdict.figure:.4g} {verdict.unit}"
    if verdict.reference is not None:
        yield f"{verdict.reference_is}: {verdict.reference:.4g} {verdict.unit}"
        yield f"ratio {verdict.ratio:.3g}"
    yield f"bar: {verdict.bar}"
    yield "met" if verdict.met else "NOT MET"
