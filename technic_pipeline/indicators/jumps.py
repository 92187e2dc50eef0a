"""Bars since a price jump that no recorded split explains.

Ticker reuse, bankruptcy, a spin-off, a split nobody recorded: what came before such a jump says
nothing about what comes after, and a scan leaves the symbol out until the jump is a year old.
"""

from __future__ import annotations

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of

# From one bar's raw close to the raw open of the symbol's next bar.
LARGEST_RISE = 2.5
LARGEST_FALL = 0.4
# After a long silence a smaller move is enough to doubt that it is still the same security.
SILENT_SESSIONS = 20
LARGEST_RISE_AFTER_SILENCE = 2.0
LARGEST_FALL_AFTER_SILENCE = 0.5


def bars_since(jump, out, state, block):
    """Bars from the most recent jump to today, 0 on the jump itself; missing where there was none.

    state[0] is that count as of the previous bar.
    """
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            state[0, lane] = 0.0 if jump[today, lane] > 0.0 else state[0, lane] + 1.0
            out[today, lane] = state[0, lane]


def bars_since_jump() -> Indicator:
    """Column `bars_since_jump`, a count of the symbol's own bars."""
    return Indicator(("bars_since_jump",), bars_since, ("jump",), initial=(float("nan"),))
