"""Time that passes only by being waited for."""

from __future__ import annotations

from dataclasses import dataclass, field

from technic_pipeline.sources.massive.clock import Clock


@dataclass
class Waits:
    """A clock on which nobody waits, and every wait that was asked of it."""

    slept: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: sum(self.slept), self.slept.append)
