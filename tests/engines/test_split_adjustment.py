"""A session's values are those of bars adjusted by the splits effective by then, and no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from histories import SESSIONS, Symbol, bits, column, computed, expected_row, flat, symbols, walk
from hypothesis import given, settings
from oracle import RawBar, SplitEvent, adjusted, agrees

from technic_pipeline.indicators.registry import STORED_COLUMNS

THREE_FOR_TWO = (2, 3)
ONE_FOR_TEN = (10, 1)
# These two look at bars as they were traded; a split leaves them alone.
RAW_COLUMNS = ("dollar_volume_20", "bars_since_jump")


def halted(symbol: Symbol, first: int, last: int) -> Symbol:
    """The symbol without the bars of some sessions."""
    missing = set(SESSIONS[first : last + 1])
    return replace(symbol, bars=[bar for bar in symbol.bars if bar.session not in missing])


CASES = [
    pytest.param(walk(1, splits=[(150, *THREE_FOR_TWO)]), id="3:2"),
    pytest.param(walk(2, splits=[(150, *ONE_FOR_TEN)]), id="1:10, a reverse split"),
    pytest.param(walk(3, splits=[(90, *THREE_FOR_TWO), (200, *ONE_FOR_TEN)]), id="two, apart"),
    pytest.param(
        walk(4, splits=[(90, *THREE_FOR_TWO), (91, *ONE_FOR_TEN)]), id="on consecutive bars"
    ),
    pytest.param(
        halted(walk(5, splits=[(92, *THREE_FOR_TWO), (96, *ONE_FOR_TEN)]), 90, 99),
        id="two take effect on one bar, having been executed during a halt",
    ),
    pytest.param(
        halted(walk(6, splits=[(92, 1, 4), (96, 4, 1)]), 90, 99),
        id="two that undo each other during a halt",
    ),
    pytest.param(walk(7, splits=[(299, *THREE_FOR_TWO)]), id="on the last bar"),
    pytest.param(walk(8, splits=[(1, *ONE_FOR_TEN)]), id="on the second bar, one bar before it"),
    pytest.param(walk(9, splits=[(i, 20, 21) for i in range(10, 290, 40)]), id="a stock dividend"),
    pytest.param(walk(10, absent=0.4, splits=[(80, 187, 1), (81, 1, 208)]), id="with gaps"),
]


def plain_values(bars: list[RawBar]) -> list[float]:
    """The last row of a history that needs no adjustment any more."""
    return computed([Symbol(bars, [])]).values[-1].tolist()


@pytest.mark.parametrize("symbol", CASES)
def test_every_session_s_values_agree_with_bars_adjusted_as_of_it(symbol: Symbol) -> None:
    rows = computed([symbol]).values
    for at, bar in enumerate(symbol.bars):
        theirs = expected_row(symbol, at)
        for name, value in zip(STORED_COLUMNS, rows[at].tolist(), strict=True):
            assert agrees(name, None if np.isnan(value) else value, theirs[name], bar.close), name


@given(symbol=symbols(longest=100))
@settings(max_examples=40, deadline=None)
def test_the_last_row_has_the_bits_of_a_history_that_is_adjusted_beforehand(
    symbol: Symbol,
) -> None:
    last = len(symbol.bars) - 1
    ours = computed([symbol]).values[last]
    plain = np.array(plain_values(adjusted(symbol.bars, symbol.splits, last)))
    compared = [name not in RAW_COLUMNS for name in STORED_COLUMNS]
    assert bits(ours[compared]) == bits(plain[compared])


@given(symbol=symbols(longest=100))
@settings(max_examples=40, deadline=None)
def test_rows_before_a_split_are_those_of_a_symbol_that_never_had_it(symbol: Symbol) -> None:
    ours = computed([symbol]).values
    for number, split in enumerate(symbol.splits):
        before = computed([symbol.with_splits(*symbol.splits[:number])]).values
        untouched = sum(bar.session < split.execution_date for bar in symbol.bars)
        assert bits(ours[:untouched]) == bits(before[:untouched])


@pytest.mark.parametrize(
    "executed",
    [
        pytest.param(SESSIONS[2], id="before the first bar there is nothing to adjust"),
        pytest.param(SESSIONS[3], id="on the first bar there is nothing to adjust either"),
        pytest.param(SESSIONS[203], id="after the last bar it is not effective yet"),
    ],
)
def test_a_split_that_no_bar_is_before_or_none_has_reached_changes_nothing(executed) -> None:
    symbol = walk(1, count=200, first=3)
    with_split = symbol.with_splits(SplitEvent(executed, 1, 2))
    assert bits(computed([with_split]).values) == bits(computed([symbol]).values)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param("change_pct", 0.0, 50.0, id="30 is half more than 40 at 1:2, which is 20"),
        pytest.param("sma_20", 40.0, 20.5, id="19 closes of 20 and one of 30"),
        pytest.param("atr_14", 0.0, 10.0 / 14.0, id="one true range of 10 among 13 of nothing"),
        pytest.param("perf_1m", 0.0, 50.0, id="against an adjusted close of 20"),
        pytest.param("rel_volume_10", 1.0, 0.5, id="100 shares against 200 of the new ones"),
        pytest.param("dollar_volume_20", 4000.0, 3950.0, id="19 days of 40 and one of 30, as paid"),
    ],
)
def test_one_for_two_by_hand(name: str, before: float, after: float) -> None:
    """A price of 40 and 100 shares a day; then 1 becomes 2, which trade at 30."""
    *days, last = flat(40.0, 30).bars
    split_day = replace(last, open=30.0, high=30.0, low=30.0, close=30.0)
    rows = computed([Symbol([*days, split_day], [SplitEvent(SESSIONS[29], 1, 2)])])
    assert column(rows, name)[-2:].tolist() == [before, pytest.approx(after, rel=1e-15)]
