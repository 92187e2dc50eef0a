"""A session's values are those of bars adjusted by the splits effective by then, and no others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from histories import SESSIONS, Symbol, bits, column, computed, flat, symbols, walk
from hypothesis import given, settings
from oracle import RawBar, SplitEvent, adjusted
from row_agreement import disagreements

from technic_pipeline.indicators.registry import STORED_COLUMNS

THREE_FOR_TWO = (2, 3)
ONE_FOR_TEN = (10, 1)
FLAT_AT_4 = flat(4.0, 300, 1000.0).bars
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
    for at, row in enumerate(computed([symbol]).values.tolist()):
        assert disagreements(symbol, at, row) == []


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
    ("ratios", "absent"),
    [
        pytest.param({299: (1, 10)}, (), id="a split on the last bar"),
        pytest.param({298: (1, 2), 299: (1, 5)}, (), id="two on consecutive bars"),
        pytest.param({295: (1, 2), 297: (1, 5)}, range(294, 299), id="two while halted"),
        pytest.param({296: (1, 10)}, range(294, 299), id="one while halted"),
    ],
)
def test_a_split_that_moves_nothing_leaves_the_columns_of_the_new_price(
    ratios: dict[int, tuple[float, float]], absent: Sequence[int]
) -> None:
    """40 for a hundred shares became 4 for a thousand: as if it had never been otherwise."""
    splits = [SplitEvent(SESSIONS[at], *ratio) for at, ratio in ratios.items()]
    traded = [at for at in range(300) if at not in absent]
    bars = []
    for at in traded:
        divisor = math.prod(after for day, (_, after) in ratios.items() if day <= at)
        [bar] = flat(40.0 / divisor, 1, 100.0 * divisor).bars
        bars.append(replace(bar, session=SESSIONS[at]))
    always = [
        replace(bar, session=SESSIONS[at]) for at, bar in zip(traded, FLAT_AT_4, strict=False)
    ]
    ours, theirs = computed([Symbol(bars, splits)]), computed([Symbol(always, [])])
    for name in STORED_COLUMNS:
        assert bits(column(ours, name)[-1:]) == bits(column(theirs, name)[-1:]), name


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param("change_pct", 0.0, 50.0, id="30 is half more than 40 at 1:2, which is 20"),
        pytest.param("gap_pct", 0.0, 50.0, id="it opens there"),
        pytest.param("change_from_open_pct", 0.0, 0.0, id="and closes where it opened"),
        pytest.param("perf_1w", 0.0, 50.0, id="against an adjusted close of 20"),
        pytest.param("perf_1m", 0.0, 50.0, id="likewise"),
        pytest.param("sma_20", 40.0, 20.5, id="19 closes of 20 and one of 30"),
        pytest.param("ema_10", 40.0, 20.0 + 10.0 * 2 / 11, id="20, and 2/11 of the rise"),
        pytest.param("vwma_20", 40.0, 79_000 / 3_900, id="19 times 200 at 20, 100 at 30"),
        pytest.param("ichimoku_conversion", 40.0, 25.0, id="between 20 and 30"),
        pytest.param("rsi_14", 0.0, 100.0, id="one gain, no loss"),
        pytest.param("stoch_k", 0.0, 100 / 3, id="the mean of 0, 0 and 100"),
        pytest.param("cci_20", 0.0, 9.5 / (0.015 * 0.95), id="9.5 off a mean of 20.5"),
        pytest.param("plus_di_14", 0.0, 100.0, id="all movement is up"),
        pytest.param("adx_14", 0.0, 100 / 14, id="one DX of 100 after nothing"),
        pytest.param("ao", 0.0, 22.0 - 690 / 34, id="means of 5 and of 34"),
        pytest.param("mom_10", 0.0, 10.0, id="30 against 20"),
        pytest.param("bull_power_13", 0.0, 10.0 - 10.0 * 2 / 14, id="above an EMA that rose 2/14"),
        pytest.param("uo", 0.0, 100.0, id="all range is buying pressure"),
        pytest.param("atr_14", 0.0, 10.0 / 14.0, id="one true range of 10 among 13 of nothing"),
        pytest.param("bb_upper", 40.0, 20.5 + 20 * 0.0475**0.5, id="the variance is 100 p (1 - p)"),
        pytest.param("high_20", 40.0, 30.0, id="40 was never 40 of the new ones"),
        pytest.param("low_20", 40.0, 20.0, id="but 20"),
        pytest.param("volume_avg_10", 100.0, 190.0, id="9 times 200 of the new shares and 100"),
        pytest.param("rel_volume_10", 1.0, 0.5, id="100 shares against 200 of the new ones"),
        pytest.param("obv", 100.0, 300.0, id="200 of the new ones began it, 100 rose"),
        pytest.param("mfi_14", 0.0, 100.0, id="one flow, upwards"),
        pytest.param("dollar_volume_20", 4000.0, 3950.0, id="19 days of 40 and one of 30, as paid"),
    ],
)
def test_one_for_two_by_hand(name: str, before: float, after: float) -> None:
    """A price of 40 and 100 shares a day; then 1 becomes 2, which trade at 30."""
    *days, last = flat(40.0, 40).bars
    split_day = replace(last, open=30.0, high=30.0, low=30.0, close=30.0)
    rows = computed([Symbol([*days, split_day], [SplitEvent(SESSIONS[39], 1, 2)])])
    assert column(rows, name)[-2:].tolist() == [before, pytest.approx(after, rel=1e-13)]
