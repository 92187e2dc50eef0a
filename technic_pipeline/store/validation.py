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
ACCEPTED = 0
# What may be wrong with a row, behind the nothing that may be wrong with it.
REASONS = (
    "",
    "malformed_ticker",
    "test_symbol",
    "wrong_session",
    "price_not_finite",
    "price_not_positive",
    "high_below_low",
    "price_outside_range",
    "bad_volume",
    "bad_vwap",
    "bad_transactions",
    "repeated_row",
    "conflicting_duplicate",
)


@dataclass(frozen=True)
class Verdict:
    """For every row what is wrong with it, by its position in `REASONS`; 0 where it is accepted."""

    code: NDArray[np.int8]

    @property
    def reason(self) -> NDArray[np.str_]:
        """In words, "" where the row is accepted."""
        return np.array(REASONS)[self.code]

    @property
    def accepted(self) -> NDArray[np.int64]:
        """Positions of the accepted rows."""
        return np.flatnonzero(self.code == ACCEPTED)

    @property
    def rejected(self) -> NDArray[np.int64]:
        """Positions of the rejected rows."""
        return np.flatnonzero(self.code != ACCEPTED)


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
    codes = [np.int8(REASONS.index(name)) for name in rules]
    code = np.select(list(rules.values()), codes, default=np.int8(ACCEPTED))
    return Verdict(_mark_duplicates(bars, code))


def _matches(ticker: pa.StringArray, pattern: str) -> NDArray[np.bool_]:
    found = pc.match_substring_regex(ticker, pattern)  # pyright: ignore[reportAttributeAccessIssue] - generated at import
    return found.fill_null(False).to_numpy(zero_copy_only=False)


def _mark_duplicates(bars: SessionBars, code: NDArray[np.int8]) -> NDArray[np.int8]:
    """Reject every row of a ticker that comes with different values, and all but one of equals."""
    candidates = np.flatnonzero(code == ACCEPTED)
    group = bars.ticker.take(pa.array(candidates)).dictionary_encode().indices.to_numpy()
    _, first, counts = np.unique(group, return_index=True, return_counts=True)
    if (counts == 1).all():
        return code
    numbers = np.column_stack([getattr(bars, name) for name in NUMBERS])[candidates]
    same = (numbers == numbers[first][group]) | (
        np.isnan(numbers) & np.isnan(numbers[first][group])
    )
    conflicting = np.zeros(len(first), dtype=bool)
    np.logical_or.at(conflicting, group, ~same.all(axis=1))
    repeated = np.ones(len(candidates), dtype=bool)
    repeated[first] = False
    code[candidates[repeated]] = REASONS.index("repeated_row")
    code[candidates[conflicting[group]]] = REASONS.index("conflicting_duplicate")
    return code
