"""A hundred bars of the newest session revised, nothing else new."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from tests.benchmarks.clock import timed
from tests.benchmarks.daily import work_daily_evening
from tests.benchmarks.evening import bring_in, follow
from tests.benchmarks.payload_changes import with_other_volumes
from tests.benchmarks.scale import Scale
from tests.benchmarks.simulated_history import SimulatedHistory, history_of
from tests.benchmarks.verdict import CaseReport, at_most

REVISED = 100


def measure(scale: Scale) -> CaseReport:
    """From the whole session's payload to indicators and state, in turns with new sessions."""
    history = history_of(scale)
    pairs = [
        (work_daily_evening(history), _follow_revision(history)) for _ in range(scale.repetitions)
    ]
    daily = min(stages.to_state for stages, _ in pairs)
    figure = min(ingested + followed for _, (ingested, followed) in pairs)
    return CaseReport(
        case="small-delta",
        work=f"{history.words}, {REVISED} symbols revised",
        verdicts=(
            at_most(
                "payload to indicators and state", figure, "s", "the same of daily", daily, 0.15
            ),
        ),
        raw={
            "daily": [asdict(stages) for stages, _ in pairs],
            "small_delta": [
                {"ingest": ingested, "follow": followed} for _, (ingested, followed) in pairs
            ],
        },
    )


def _follow_revision(history: SimulatedHistory) -> tuple[float, float]:
    payload = with_other_volumes(history.bars(history.newest()), REVISED)
    ingested, _ = timed(partial(bring_in, history.market, [payload]))
    followed, _ = timed(partial(follow, history.market))
    return ingested, followed
