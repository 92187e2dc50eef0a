"""Ichimoku's lines, each stored on the bar that it is computed from, unshifted."""

from __future__ import annotations

from technic_pipeline.indicators.extremes import high_of, low_of
from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of

# The cloud is drawn so many bars ahead of the bar that it comes from.
DISPLACEMENT = 26


def midpoint(high, low, out, state, block):  # noqa: ARG001 - a kernel's fixed form
    """(high + low) / 2."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            out[today, lane] = (high[today, lane] + low[today, lane]) / 2.0


def ichimoku(conversion: int, base: int, lead: int) -> tuple[Indicator, ...]:
    """Columns `ichimoku_conversion`, `ichimoku_base`, `ichimoku_lead_a`, `ichimoku_lead_b`.

    Midpoints of the range of `conversion`, `base` and `lead` bars, lead A the mean of the first
    two; each missing until its bars are there. In the price's unit.
    """
    ranges = [
        extreme(str(window), window, stored=False)
        for window in (conversion, base, lead)
        for extreme in (high_of, low_of)
    ]

    def line(name: str, first: str, second: str, remembers: int = 0) -> Indicator:
        return Indicator((f"ichimoku_{name}",), midpoint, (first, second), remembers=remembers)

    return (
        *ranges,
        line("conversion", f"high_{conversion}", f"low_{conversion}"),
        line("base", f"high_{base}", f"low_{base}"),
        line("lead_a", "ichimoku_conversion", "ichimoku_base", DISPLACEMENT),
        line("lead_b", f"high_{lead}", f"low_{lead}", DISPLACEMENT),
    )
