"""An evening: one new session, from payload in memory to all scans committed."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from technic_pipeline.services import Endpoints
from technic_pipeline.sources import SessionBars
from tests.benchmarks.evening import Stages, open_market, work_evening
from tests.benchmarks.floor import Floor, floor_of
from tests.benchmarks.memory import in_fresh_process
from tests.benchmarks.scale import Scale
from tests.benchmarks.simulated_history import SimulatedHistory, history_of
from tests.benchmarks.state_traffic import StateTraffic, observe
from tests.benchmarks.verdict import CaseReport, at_most, within

GIGABYTE = 1e9


def measure(scale: Scale) -> CaseReport:
    """Against the floor; memory of a fresh process that works one more evening.

    Kernels are loaded and connections open, as in a process that has worked an evening before.
    """
    history = history_of(scale)
    evenings = [_evening_and_floor(history) for _ in range(scale.repetitions)]
    payload = history.bars(history.following())
    _, peak = in_fresh_process(_evening_alone, history.market.endpoints, payload)
    return CaseReport(
        case="daily",
        work=history.words,
        verdicts=(
            at_most(
                "payload to five scans committed",
                min(stages.total for stages, _, _ in evenings),
                "s",
                "COPY of the same rows, state read and written",
                min(floor.total for _, floor, _ in evenings),
                times=2.0,
            ),
            within("peak memory", peak / GIGABYTE, "GB", 1.0),
        ),
        raw={
            "evenings": [
                {
                    "seconds": asdict(stages),
                    "floor": asdict(floor),
                    "state_bytes": {"read": sum(state.read), "written": sum(state.written)},
                }
                for stages, floor, state in evenings
            ],
            "peak_bytes": peak,
        },
    )


def work_daily_evening(history: SimulatedHistory) -> Stages:
    """The next session of the history."""
    return work_evening(history.market, [history.bars(history.following())])


def _evening_and_floor(history: SimulatedHistory) -> tuple[Stages, Floor, StateTraffic]:
    endpoints = history.market.endpoints
    stages, traffic = observe(endpoints.redis_url, partial(work_daily_evening, history))
    return stages, floor_of(endpoints, history.newest(), traffic), traffic


def _evening_alone(endpoints: Endpoints, payload: SessionBars) -> Stages:
    return work_evening(open_market(endpoints), [payload])
