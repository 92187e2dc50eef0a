"""Every stored column of every bar is what its definition says, by an independent reading of it."""

from __future__ import annotations

import numpy as np
import pytest
from histories import Symbol, computed, expected_row, flat, symbols, walk
from hypothesis import given, settings
from oracle import agrees

from technic_pipeline.indicators.registry import STORED_COLUMNS

MARKETS = [
    pytest.param(walk(1, count=400), id="an ordinary share, a tenth of its bars without volume"),
    pytest.param(walk(2, price=1e-5), id="prices of 1e-5, where sums of changes come near nothing"),
    pytest.param(
        walk(3, price=7e5), id="prices of 7e5, where a total of 200 loses its last digits"
    ),
    pytest.param(walk(4, absent=0.3), id="gaps and one long silence: a session is not a bar"),
    pytest.param(walk(5, daily=0.4), id="opens beyond the jump bounds again and again"),
    pytest.param(walk(6, daily=1e-6), id="almost flat: deviations of nearly equal numbers"),
    pytest.param(walk(7, silent=0.9), id="hardly ever any volume: windows that sum to zero"),
    pytest.param(walk(8, splits=[(40, 2, 3), (270, 10, 1)]), id="3:2 and, a year later, 1:10"),
    pytest.param(
        walk(9, splits=[(i, *r) for i, r in enumerate([(3, 2), (7, 5), (11, 13)] * 30, 100)]),
        id="a split each day: as many adjustments as bars",
    ),
    pytest.param(flat(12.5, 260), id="a price that never moves"),
]


def disagreements(symbol: Symbol) -> list[str]:
    rows = computed([symbol])
    found = []
    for at, (bar, row) in enumerate(zip(symbol.bars, rows.values.tolist(), strict=True)):
        theirs = expected_row(symbol, at)
        assert set(theirs) == set(STORED_COLUMNS)
        for name, value in zip(STORED_COLUMNS, row, strict=True):
            ours = None if np.isnan(value) else value
            if not agrees(name, ours, theirs[name], bar.close):
                found.append(f"{name} of bar {at}: {ours}, expected {theirs[name]}")
    return found


@pytest.mark.parametrize("symbol", MARKETS)
def test_every_column_of_every_bar_agrees_with_the_oracle(symbol: Symbol) -> None:
    assert disagreements(symbol) == []


@given(symbol=symbols(longest=80))
@settings(max_examples=60, deadline=None)
def test_the_first_months_of_any_symbol_agree_with_the_oracle(symbol: Symbol) -> None:
    assert disagreements(symbol) == []
