"""What is marked on bars before any indicator is worked out."""

from __future__ import annotations

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.indicators import jumps

RISE, FALL = jumps.LARGEST_RISE, jumps.LARGEST_FALL
SILENT = jumps.SILENT_SESSIONS
RISE_AFTER_SILENCE = jumps.LARGEST_RISE_AFTER_SILENCE
FALL_AFTER_SILENCE = jumps.LARGEST_FALL_AFTER_SILENCE


@compiled
def mark_jumps(opens, closes, ordinals, start, last_close, last_ordinal, marks):
    """Say where the open is a jump from the close of the symbol's bar before.

    `last_close` and `last_ordinal` are of the bar before a symbol's first at hand, NaN where there
    is none.
    """
    for symbol in range(start.size - 1):
        close = last_close[symbol]
        ordinal = last_ordinal[symbol]
        for at in range(start[symbol], start[symbol + 1]):
            # Of NaN no comparison holds.
            ratio = opens[at] / close
            silent = ordinals[at] - ordinal - 1 > SILENT
            jumped = ratio > RISE or ratio < FALL
            doubtful = ratio > RISE_AFTER_SILENCE or ratio < FALL_AFTER_SILENCE
            marks[at] = jumped or (silent and doubtful)
            close = closes[at]
            ordinal = ordinals[at]
