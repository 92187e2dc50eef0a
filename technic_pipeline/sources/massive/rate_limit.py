"""No more calls in any span of time than the plan allows."""

from __future__ import annotations

from collections import deque
from threading import Lock

from technic_pipeline.sources.massive.clock import SYSTEM_CLOCK, Clock
from technic_pipeline.sources.massive.plans import Plan

# The vendor counts arrivals: a call that travelled fast must not overtake the window.
MARGIN = 0.02


class RateLimit:
    """A sliding window over the calls of all threads; each is given the next free moment."""

    def __init__(self, plan: Plan, clock: Clock = SYSTEM_CLOCK) -> None:
        """Allow what the plan allows, counted from now on."""
        self._clock = clock
        self._span = plan.window * (1.0 + MARGIN)
        self._given: deque[float] = deque(maxlen=plan.calls)
        self._lock = Lock()

    def wait(self) -> float:
        """Return when a call may be made, having waited for that moment; the seconds waited."""
        with self._lock:
            now = self._clock.now()
            moment = now
            if len(self._given) == self._given.maxlen:
                moment = max(now, self._given[0] + self._span)
            self._given.append(moment)
        # Outside the lock: others are given their own later moments meanwhile.
        if moment > now:
            self._clock.sleep(moment - now)
        return moment - now
