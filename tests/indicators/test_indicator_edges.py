"""Where a value begins, where it is missing, and what stands at the edges of a definition."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from histories import MISSING, Symbol, bits, column, computed, flat, symbols, walk
from hypothesis import given, settings

from technic_pipeline.indicators.registry import STORED_COLUMNS

# The bar, counted from 1, at which a column has its first value, and why not before.
FIRST_BAR = {
    "change_pct": (2, "a change needs the bar before"),
    "sma_20": (20, "a full window"),
    "sma_50": (50, "a full window"),
    "sma_200": (200, "a full window"),
    "ema_20": (20, "seeded by the mean of 20"),
    "rsi_14": (15, "seeded by 14 changes"),
    "atr_14": (15, "the first bar has no true range"),
    "atr_pct": (15, "where atr_14 is"),
    "perf_1m": (22, "21 bars ago"),
    "perf_3m": (64, "63 bars ago"),
    "perf_6m": (127, "126 bars ago"),
    "volatility_20": (21, "20 returns"),
    "rel_volume_10": (11, "10 bars before today"),
    "dollar_volume_20": (20, "a full window"),
    "high_52w": (252, "a full window"),
    "pct_from_high_52w": (252, "where high_52w is"),
}


def at_bar(symbol: Symbol, name: str, bar: int) -> float:
    """The column on the bar counted from 1."""
    return float(column(computed([symbol]), name)[bar - 1])


def with_volumes(symbol: Symbol, volumes: list[float]) -> Symbol:
    pairs = zip(symbol.bars, volumes, strict=True)
    return Symbol([replace(bar, volume=volume) for bar, volume in pairs], symbol.splits)


def test_the_table_of_warm_ups_names_every_stored_column_that_has_one() -> None:
    assert {*FIRST_BAR, "bars_since_jump"} == set(STORED_COLUMNS)


@pytest.mark.parametrize(
    ("name", "first"), [pytest.param(name, bar, id=why) for name, (bar, why) in FIRST_BAR.items()]
)
def test_a_column_is_missing_until_its_warm_up_and_present_from_then_on(
    name: str, first: int
) -> None:
    values = column(computed([walk(1, count=260, silent=0.0)]), name)
    assert np.isnan(values[: first - 1]).all()
    assert np.isfinite(values[first - 1 :]).all()


def test_a_symbol_without_a_jump_never_has_bars_since_one() -> None:
    assert np.isnan(column(computed([walk(1)]), "bars_since_jump")).all()


def test_the_only_bar_of_a_symbol_has_no_value_at_all() -> None:
    rows = computed([walk(1, count=1)])
    assert rows.bars.tolist() == [1]
    assert bits(rows.values) == [MISSING] * len(STORED_COLUMNS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("change_pct", 0.0, id="nothing changes"),
        pytest.param("sma_20", 12.5, id="the mean of equals is exact"),
        pytest.param("ema_20", 12.5, id="smoothing equals changes nothing"),
        pytest.param("rsi_14", 0.0, id="neither gain nor loss: TA-Lib's 0, not 50"),
        pytest.param("atr_14", 0.0, id="a bar without range, no gap"),
        pytest.param("atr_pct", 0.0, id="0 of anything"),
        pytest.param("volatility_20", 0.0, id="log 1 is exactly 0, and so is its deviation"),
        pytest.param("perf_6m", 0.0, id="as 126 bars ago"),
        pytest.param("rel_volume_10", 1.0, id="as much as ever"),
        pytest.param("dollar_volume_20", 1250.0, id="12.5 times 100"),
        pytest.param("high_52w", 12.5, id="the one price there was"),
        pytest.param("pct_from_high_52w", 0.0, id="at the high"),
    ],
)
def test_a_price_that_never_moves(name: str, value: float) -> None:
    assert bits(np.array([at_bar(flat(12.5, 260), name, 260)])) == bits(np.array([value]))


@pytest.mark.parametrize(
    ("step", "value"),
    [
        pytest.param(1e-7, 100.0, id="changes of a hundredth of a price of 1e-5 still count"),
        pytest.param(1e-15, 0.0, id="14 of them stay below TA-Lib's zero of 1e-14"),
    ],
)
def test_the_rsi_of_tiny_prices_that_only_rise(step: float, value: float) -> None:
    days = flat(1e-5, 15).bars
    rising = [replace(day, close=1e-5 + step * at) for at, day in enumerate(days)]
    assert at_bar(Symbol(rising, []), "rsi_14", 15) == value


@pytest.mark.parametrize(
    ("volumes", "value"),
    [
        pytest.param([0.0] * 10 + [500.0], math.nan, id="a mean of nothing is no reference"),
        pytest.param([0.0] * 9 + [10.0, 500.0], 500.0, id="one of ten traded: the mean is 1"),
        pytest.param([1.0] * 10 + [0.0], 0.0, id="no trade today is 0, not missing"),
        pytest.param([1e15, *[0.0] * 10, 7.0], math.nan, id="what left the window leaves no crumb"),
        pytest.param([1e300] * 10 + [1e300], 1.0, id="a sum that stays finite"),
        pytest.param([1e308] * 10 + [1.0], 0.0, id="a sum that does not: today is nothing to it"),
    ],
)
def test_today_s_volume_against_the_ten_days_before(volumes: list[float], value: float) -> None:
    days = with_volumes(flat(1.0, len(volumes)), volumes)
    assert at_bar(days, "rel_volume_10", len(volumes)) == pytest.approx(value, nan_ok=True)


def test_a_value_beyond_all_numbers_is_missing() -> None:
    days = with_volumes(flat(10.0, 20), [1e308] * 20)
    assert math.isnan(at_bar(days, "dollar_volume_20", 20))


def test_no_trade_written_as_minus_nothing_gives_plain_nothing() -> None:
    days = with_volumes(flat(10.0, 20), [*[5.0] * 19, -0.0])
    assert bits(column(computed([days]), "rel_volume_10")[-1:]) == bits(np.array([0.0]))


@given(symbol=symbols(longest=60))
@settings(max_examples=40, deadline=None)
def test_no_value_is_infinite_or_minus_nothing_or_missing_in_its_own_way(symbol: Symbol) -> None:
    values = computed([symbol]).values
    assert not np.isinf(values).any()
    assert not (np.signbit(values) & (values == 0.0)).any()
    assert set(bits(values[np.isnan(values)])) <= {MISSING}
