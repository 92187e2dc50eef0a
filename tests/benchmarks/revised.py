"""An evening on which half of yesterday's volumes come in revised."""

from __future__ import annotations

from dataclasses import asdict

from tests.benchmarks.daily import work_daily_evening
from tests.benchmarks.evening import Stages, work_evening
from tests.benchmarks.payload_changes import with_other_volumes
from tests.benchmarks.scale import Scale
from tests.benchmarks.simulated_history import SimulatedHistory, history_of
from tests.benchmarks.verdict import CaseReport, at_most


def measure(scale: Scale) -> CaseReport:
    """In turns with evenings on which nothing but the new session comes in."""
    history = history_of(scale)
    evenings = [
        (work_daily_evening(history), _work_revised_evening(history))
        for _ in range(scale.repetitions)
    ]
    daily = min(plain.total for plain, _ in evenings)
    figure = min(revised.total for _, revised in evenings)
    return CaseReport(
        case="revised",
        work=f"{history.words}, half of yesterday's volumes revised",
        verdicts=(
            at_most("payloads to five scans committed", figure, "s", "daily", daily, times=1.5),
        ),
        raw={
            "daily": [asdict(plain) for plain, _ in evenings],
            "revised": [asdict(revised) for _, revised in evenings],
        },
    )


def _work_revised_evening(history: SimulatedHistory) -> Stages:
    yesterday = history.bars(history.newest())
    today = history.bars(history.following())
    again = with_other_volumes(yesterday, len(yesterday) // 2)
    return work_evening(history.market, [again, today])
