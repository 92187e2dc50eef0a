"""Round steps for an axis, and labels that keep clear of each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 5.0, 10.0)
MOST_STEPS = 5


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high`, both among the round `ticks`, and where they lie on the page.

    `low` is drawn at `bottom`, `high` at `top`, in pixels.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Where a value lies, in pixels."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def axis(values: Iterable[float], top: float, bottom: float) -> Axis:
    """An axis on which all values lie, of which there must be one; NaN is left out."""
    known = [value for value in values if not math.isnan(value)]
    low, high = min(known), max(known)
    if high - low < 1e-9 * max(abs(low), abs(high), 1.0):
        low, high = low - 1, high + 1
    step = _step((high - low) / MOST_STEPS)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(place * step for place in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, top, bottom)


def apart(places: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """The places moved so that they are a gap apart, in their order, from top to bottom."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    floor = top
    for at in order:
        moved[at] = floor = max(places[at], floor)
        floor += gap
    ceiling = bottom
    for at in reversed(order):
        moved[at] = ceiling = min(moved[at], ceiling)
        ceiling -= gap
    return moved


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))
