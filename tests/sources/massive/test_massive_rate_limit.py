"""Calls never come faster than the plan allows, from however many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from vendor_waits import Waits

from technic_pipeline.sources.massive.clock import Clock
from technic_pipeline.sources.massive.plans import FREE, Plan
from technic_pipeline.sources.massive.rate_limit import RateLimit


def test_the_sixth_call_of_a_free_plan_waits_for_the_first_to_leave_the_minute(
    waits: Waits,
) -> None:
    limit = RateLimit(FREE, waits.clock)
    waited = [limit.wait() for _ in range(7)]
    assert waited[:5] == [0.0] * 5
    assert 60.0 < waited[5] < 62.0
    assert waited[6] == 0.0


def test_after_a_minute_without_calls_nobody_waits(waits: Waits) -> None:
    limit = RateLimit(FREE, waits.clock)
    for _ in range(5):
        limit.wait()
    waits.slept.append(65.0)
    assert [limit.wait() for _ in range(5)] == [0.0] * 5


@pytest.mark.parametrize("calls", [1, 3, 5])
def test_no_window_holds_more_calls_than_allowed_from_many_threads(calls: int) -> None:
    window = 10.0
    # Time stands still: every moment that is given lies ahead by what the caller must sleep.
    limit = RateLimit(Plan("test", calls, window, None), Clock(lambda: 0.0, lambda _: None))
    with ThreadPoolExecutor(8) as threads:
        moments = sorted(threads.map(lambda _: limit.wait(), range(40)))
    assert all(moments[at] - moments[at - calls] > window for at in range(calls, len(moments)))
