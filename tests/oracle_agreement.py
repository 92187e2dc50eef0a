"""How far a stored value may lie from the expected one."""

from typing import Final, Literal

TOLERANCE: Final = 1e-9
# Keyed by the column's name without its period. A column not named here has scale 0, so a name
# that is not listed makes the comparison stricter, never laxer.
SCALES: Final[dict[str, float | Literal["close"]]] = {
    **dict.fromkeys(("macd", "macd_signal", "macd_hist", "mom", "ao"), "close"),
    **dict.fromkeys(("bull_power", "bear_power", "bb_upper", "bb_middle", "bb_lower"), "close"),
    **dict.fromkeys(("rsi", "stoch_k", "stoch_d", "stoch_rsi_k", "stoch_rsi_d"), 100.0),
    **dict.fromkeys(("adx", "plus_di", "minus_di", "cci", "willr", "mfi", "uo"), 100.0),
    # A close that lies on a band has a place of 0 or 1, which two bands that agree to 1e-9 of the
    # close cannot tell to 1e-9 of itself.
    "bb_pct_b": 1.0,
}


def agrees(column: str, ours: float | None, theirs: float | None, close: float) -> bool:
    """Return whether our value equals the expected one within the tolerance of its column.

    `theirs` is the expected value; `close` is the symbol's close on that session.
    """
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= tolerance(column, theirs, close)


def tolerance(column: str, theirs: float, close: float) -> float:
    """Return the largest difference from `theirs` at which a value of the column still agrees."""
    name, _, period = column.rpartition("_")
    scale = SCALES.get(name if period.isdigit() else column, 0.0)
    bound = close if scale == "close" else scale
    return TOLERANCE * max(abs(theirs), bound)
