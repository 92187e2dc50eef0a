"""Twelve techniques, each against the plain way of the same work: the README's table of them.

One module a few techniques; each gives what it takes here and what it takes plainly, in one run.
The graphics processor has a script of its own, `tests/benchmarks/gpu.py`.
"""

from __future__ import annotations

from tests.benchmarks import sector_stats, universe
from tests.benchmarks.scale import Scale
from tests.benchmarks.techniques import computing, stored, vendor
from tests.benchmarks.verdict import CaseReport, Verdict

SYMBOLS, SESSIONS = 3_000, 300


def measure(scale: Scale) -> CaseReport:
    """None of them may be slower than the plain way."""
    size = Scale(
        scale.symbols or SYMBOLS, scale.sessions or SESSIONS, scale.repetitions, scale.home
    )
    own_size = Scale(scale.symbols, scale.sessions, scale.repetitions)
    verdicts: tuple[Verdict, ...] = (
        *vendor.measure(size),
        universe.measure(own_size).verdicts[1],
        *sector_stats.measure(own_size).verdicts,
        *computing.measure(size),
        *stored.measure(size),
    )
    return CaseReport(
        case="techniques",
        work=f"{size.symbols:,} symbols, {size.sessions} sessions",
        verdicts=verdicts,
        raw={verdict.what: verdict.ratio for verdict in verdicts},
    )
