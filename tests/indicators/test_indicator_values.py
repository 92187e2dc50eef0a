"""Every stored column of every bar is what its definition says, by an independent reading of it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from histories import Symbol, column, computed, flat, symbols, walk
from hypothesis import given, settings
from row_agreement import disagreements

MARKETS = [
    pytest.param(walk(1, count=400), id="an ordinary share, a tenth of its bars without volume"),
    pytest.param(walk(2, price=1e-5), id="prices of 1e-5, where sums of changes come near nothing"),
    pytest.param(
        walk(3, price=7e5), id="prices of 7e5, where a total of 200 loses its last digits"
    ),
    pytest.param(walk(4, absent=0.3), id="gaps and one long silence: a session is not a bar"),
    pytest.param(walk(9, daily=0.4), id="opens beyond the jump bounds again and again"),
    pytest.param(walk(6, daily=1e-6), id="almost flat: deviations of nearly equal numbers"),
    pytest.param(walk(7, silent=0.9), id="hardly ever any volume: windows that sum to zero"),
    pytest.param(walk(8, splits=[(40, 2, 3), (270, 10, 1)]), id="3:2 and, a year later, 1:10"),
    pytest.param(
        walk(9, splits=[(i, *r) for i, r in enumerate([(3, 2), (7, 5), (11, 13)] * 30, 100)]),
        id="a split each day: as many adjustments as bars",
    ),
    pytest.param(flat(12.5, 260), id="a price that never moves"),
]


def wrong(symbol: Symbol) -> list[str]:
    """The disagreements of every bar of a symbol."""
    rows = enumerate(computed([symbol]).values.tolist())
    return [difference for at, row in rows for difference in disagreements(symbol, at, row)]


@pytest.mark.parametrize("symbol", MARKETS)
def test_every_column_of_every_bar_agrees_with_the_oracle(symbol: Symbol) -> None:
    assert wrong(symbol) == []


@given(symbol=symbols(longest=100))
@settings(max_examples=60, deadline=None)
def test_the_first_months_of_any_symbol_agree_with_the_oracle(symbol: Symbol) -> None:
    assert wrong(symbol) == []


def test_bands_stay_exact_after_a_fall_by_which_talib_loses_its_digits() -> None:
    """TA-Lib's sum of squares still holds the rounding of closes ten thousand times as high."""
    symbol = walk(5, daily=0.4)
    rows = computed([symbol])
    closes = [Fraction(bar.close) for bar in symbol.bars]
    assert max(closes) > 10_000 * min(closes)
    for at in range(19, len(closes)):
        window = closes[at - 19 : at + 1]
        mean = sum(window) / 20
        width = 2 * math.sqrt(sum((close - mean) ** 2 for close in window) / 20)
        for name, exact in (("bb_upper", float(mean) + width), ("bb_lower", float(mean) - width)):
            assert abs(column(rows, name)[at] - exact) <= 1e-9 * float(closes[at])
