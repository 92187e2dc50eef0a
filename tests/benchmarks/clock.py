"""Wall-clock times of calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Result = TypeVar("Result")


def timed(call: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds, and what the call returned."""
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


def side_by_side(calls: Sequence[Callable[[], object]], repetitions: int) -> list[float]:
    """The fewest seconds of each call, taken in turns so that a slow moment meets all of them."""
    seconds = [[timed(call)[0] for call in calls] for _ in range(repetitions)]
    return [min(of_call) for of_call in zip(*seconds, strict=True)]
