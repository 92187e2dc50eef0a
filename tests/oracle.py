"""The expected values of indicator columns, read off their definitions one symbol at a time."""

import math
from bisect import bisect_left, bisect_right
from datetime import date
from typing import Final

from oracle_agreement import SCALES, TOLERANCE, agrees, tolerance
from oracle_bars import RawBar, SplitEvent, adjusted, read_raw_bars, read_splits
from oracle_formulas import FORMULAS, value
from oracle_rating import (
    label,
    near_threshold,
    ratings,
    ratings_within_tolerance,
    votes,
    votes_of,
    votes_within_tolerance,
)
from oracle_series import Series
from oracle_talib import TALIB_COLUMNS

__all__ = [
    "SCALES",
    "TOLERANCE",
    "RawBar",
    "SplitEvent",
    "adjusted",
    "agrees",
    "expected",
    "expected_all",
    "label",
    "near_threshold",
    "ratings",
    "ratings_within_tolerance",
    "read_raw_bars",
    "read_splits",
    "tolerance",
    "votes",
    "votes_within_tolerance",
]

FIRST_COLUMNS: Final = (
    *("sma_20", "sma_50", "sma_200", "ema_20", "rsi_14", "atr_14", "atr_pct"),
    *("high_52w", "pct_from_high_52w", "perf_1m", "perf_3m", "perf_6m", "volatility_20"),
    "rel_volume_10",
)
# EMA 13 is read by the powers and not stored.
SERIES_COLUMNS: Final = [name for name in (*TALIB_COLUMNS, *FORMULAS) if name != "ema_13"]


def expected(
    bars: list[RawBar], splits: list[SplitEvent], upto: int, calendar_sessions: list[date]
) -> dict[str, float | None]:
    """Return the first columns' values for the session of bars[upto], None where missing.

    `bars` are one symbol's raw bars from its first, `calendar_sessions` every session of the
    exchange in order.
    """
    series = Series.of(adjusted(bars, splits, upto))
    return {
        **{column: value(column, series) for column in FIRST_COLUMNS},
        **_raw_columns(bars, splits, upto, calendar_sessions),
    }


def expected_all(
    bars: list[RawBar], splits: list[SplitEvent], upto: int, calendar_sessions: list[date]
) -> dict[str, float | None]:
    """Return every stored column's value for the session of bars[upto], None where missing.

    `bars` are one symbol's raw bars from its first, `calendar_sessions` every session of the
    exchange in order.
    """
    series = Series.of(adjusted(bars, splits, upto))
    return {
        **{column: value(column, series) for column in SERIES_COLUMNS},
        **ratings(votes_of(series)),
        **_raw_columns(bars, splits, upto, calendar_sessions),
    }


def _raw_columns(
    bars: list[RawBar], splits: list[SplitEvent], upto: int, calendar_sessions: list[date]
) -> dict[str, float | None]:
    return {
        "dollar_volume_20": _dollar_volume(bars[: upto + 1]),
        "bars_since_jump": _bars_since_jump(bars, splits, upto, calendar_sessions),
    }


def _dollar_volume(raw: list[RawBar]) -> float | None:
    if len(raw) < 20:
        return None
    return math.fsum(bar.close * bar.volume for bar in raw[-20:]) / 20


def _bars_since_jump(
    bars: list[RawBar], splits: list[SplitEvent], upto: int, calendar_sessions: list[date]
) -> float | None:
    for index in range(upto, 0, -1):
        if _is_jump(bars[index - 1], bars[index], splits, calendar_sessions):
            return float(upto - index)
    return None


def _is_jump(
    before: RawBar, now: RawBar, splits: list[SplitEvent], calendar_sessions: list[date]
) -> bool:
    ratio = now.open / before.close
    if 0.5 <= ratio <= 2:
        return False
    if any(before.session < split.execution_date <= now.session for split in splits):
        return False
    first_missing = bisect_right(calendar_sessions, before.session)
    missing = bisect_left(calendar_sessions, now.session) - first_missing
    return ratio > 2.5 or ratio < 0.4 or missing > 20
