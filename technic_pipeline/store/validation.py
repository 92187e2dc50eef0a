"""Which rows of a payload are bars, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.bars import NUMBERS

# Letters keep their case (KIMpL is a preferred share); dots and the like mark classes and series.
TICKER = r"^[A-Za-z0-9][A-Za-z0-9./+=^*$#_-]{0,23}$"
# The exchanges' own test symbols, which trade at invented prices on real days.
TEST_SYMBOL = r"^(Z[A-Z]ZZT|ZVZZC(NX)?|ZEXIT|ZIEXT|ZXIET|[ABCIMNPZ]TEST([.-][A-Z])?)$"
# The first number that `daily_bars.transactions` cannot hold.
BIGINT_END = 2.0**63


@dataclass(frozen=True)
class Verdict:
    """For every row the reason why it is rejected, "" where it is accepted."""

    reason: NDArray[np.str_]

    @property
    def accepted(self) -> NDArray[np.int64]:
        """Positions of the accepted rows."""
        return np.flatnonzero(self.reason == "")

    @property
    def rejected(self) -> NDArray[np.int64]:
        """Positions of the rejected rows."""
        return np.flatnonzero(self.reason != "")


def judge(bars: SessionBars) -> Verdict:
    """Apply the rules to every row; the first that a row breaks names its reason."""
    prices = np.stack([bars.open, bars.high, bars.low, bars.close])
    with np.errstate(invalid="ignore"):
        inside = (bars.low <= np.minimum(bars.open, bars.close)) & (
            np.maximum(bars.open, bars.close) <= bars.high
        )
        rules = {
            "malformed_ticker": ~_matches(bars.ticker, TICKER),
            "test_symbol": _matches(bars.ticker, TEST_SYMBOL),
            "wrong_session": bars.day != np.datetime64(bars.session, "D"),
            "price_not_finite": ~np.isfinite(prices).all(axis=0),
            "price_not_positive": (prices <= 0.0).any(axis=0),
            "high_below_low": bars.high < bars.low,
            "price_outside_range": ~inside,
            "bad_volume": ~(np.isfinite(bars.volume) & (bars.volume >= 0.0)),
            # Missing is NaN, and allowed.
            "bad_vwap": np.isinf(bars.vwap),
            "bad_transactions": np.abs(bars.transactions) >= BIGINT_END,
        }
    reason = np.select(list(rules.values()), list(rules), default="")
    return Verdict(_mark_duplicates(bars, reason.astype("U24")))


def _matches(ticker: pa.StringArray, pattern: str) -> NDArray[np.bool_]:
    found = pc.match_substring_regex(ticker, pattern)  # pyright: ignore[reportAttributeAccessIssue] - generated at import
    return found.fill_null(False).to_numpy(zero_copy_only=False)


def _mark_duplicates(bars: SessionBars, reason: NDArray[np.str_]) -> NDArray[np.str_]:
    """Reject every row of a ticker that comes with different values, and all but one of equals."""
    candidates = np.flatnonzero(reason == "")
    tickers = np.array(bars.ticker.to_pylist(), dtype=object)[candidates]
    _, first, group, counts = np.unique(
        tickers.astype("U"), return_index=True, return_inverse=True, return_counts=True
    )
    if (counts == 1).all():
        return reason
    numbers = np.column_stack([getattr(bars, name) for name in NUMBERS])[candidates]
    same = (numbers == numbers[first][group]) | (
        np.isnan(numbers) & np.isnan(numbers[first][group])
    )
    conflicting = np.zeros(len(first), dtype=bool)
    np.logical_or.at(conflicting, group, ~same.all(axis=1))
    repeated = np.ones(len(candidates), dtype=bool)
    repeated[first] = False
    reason[candidates[repeated]] = "repeated_row"
    reason[candidates[conflicting[group]]] = "conflicting_duplicate"
    return reason
