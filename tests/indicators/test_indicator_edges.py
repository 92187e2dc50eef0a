"""Where a value is missing, and what stands at the edges of a definition."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from histories import MISSING, SESSIONS, Symbol, bits, column, computed, flat, symbols, walk
from hypothesis import given, settings

from technic_pipeline.indicators.registry import STORED_COLUMNS

AVERAGES = (10, 20, 30, 50, 100, 200)
LINES = ("conversion", "base", "lead_a", "lead_b")
# Of a price that never moves: the value, and why it is that. Of `IN_PRICES` it is so many prices.
FLAT = {
    **dict.fromkeys(("change_pct", "gap_pct", "change_from_open_pct"), (0.0, "nothing changes")),
    **{
        f"perf_{period}": (0.0, "as then") for period in ("1w", "1m", "3m", "6m", "9m", "1y", "ytd")
    },
    **{f"sma_{bars}": (1.0, "the mean of equals") for bars in AVERAGES},
    **{f"ema_{bars}": (1.0, "smoothing equals changes nothing") for bars in AVERAGES},
    "hma_9": (1.0, "2 - 1 times the price"),
    "vwma_20": (1.0, "whatever the weights"),
    **{f"ichimoku_{line}": (1.0, "a range without width") for line in LINES},
    "rsi_14": (0.0, "neither gain nor loss: TA-Lib's 0, not 50"),
    **dict.fromkeys(("stoch_k", "stoch_d"), (0.0, "a zero range: TA-Lib's 0, not 50")),
    "willr_14": (0.0, "a zero range: TA-Lib's 0, not -50"),
    "cci_20": (0.0, "no deviation: TA-Lib's 0"),
    **dict.fromkeys(("plus_di_14", "minus_di_14", "adx_14"), (0.0, "no true range: TA-Lib's 0")),
    **dict.fromkeys(("ao", "mom_10"), (0.0, "nothing moves")),
    **dict.fromkeys(("macd", "macd_signal", "macd_hist"), (0.0, "equal averages")),
    **dict.fromkeys(("stoch_rsi_k", "stoch_rsi_d"), (math.nan, "the RSI has no range")),
    **dict.fromkeys(("bull_power_13", "bear_power_13"), (0.0, "at the average")),
    "uo": (0.0, "no true range: TA-Lib's 0, not 50"),
    "atr_14": (0.0, "a bar without range, no gap"),
    "atr_pct": (0.0, "0 of anything"),
    **{f"bb_{band}": (1.0, "no deviation") for band in ("upper", "middle", "lower")},
    "bb_pct_b": (math.nan, "between bands that touch is no place"),
    "volatility_20": (0.0, "log 1 is exactly 0, and so is its deviation"),
    **dict.fromkeys(("volume_avg_10", "volume_avg_30"), (100.0, "every day's volume")),
    "rel_volume_10": (1.0, "as much as ever"),
    "dollar_volume_20": (100.0, "a hundred prices a day"),
    "obv": (100.0, "the first bar's volume; no day since rose or fell"),
    "mfi_14": (0.0, "no flow either way: TA-Lib's 0, not 50"),
    "cmf_20": (0.0, "a bar without range counts 0"),
    **dict.fromkeys(("high_20", "low_20", "high_52w", "low_52w"), (1.0, "the one price")),
    **{f"pct_from_{of}": (0.0, "at it") for of in ("high_20", "high_52w", "low_52w")},
    "bars_since_jump": (math.nan, "never a jump"),
    "ma_rating": (0.0, "the price is above or below no average"),
    "osc_rating": (-0.1, "of ten votes one is cast: an ultimate oscillator below 30 sells"),
    "tech_rating": (-0.05, "the mean of the two"),
}
IN_PRICES = {
    name
    for name in STORED_COLUMNS
    if name.startswith(("sma_", "ema_", "hma_", "vwma_", "ichimoku_", "high_", "low_", "bb_"))
} - {"bb_pct_b"} | {"dollar_volume_20"}
# Of a symbol that never trades a share.
SILENT = {
    "vwma_20": (math.nan, "weights that sum to 0"),
    **dict.fromkeys(("volume_avg_10", "volume_avg_30", "dollar_volume_20"), (0.0, "a mean of 0")),
    "rel_volume_10": (math.nan, "a mean of nothing is no reference"),
    "obv": (0.0, "nothing to add up"),
    "mfi_14": (0.0, "no flow either way: TA-Lib's 0"),
    "cmf_20": (math.nan, "a share of nothing"),
}


def at_bar(symbol: Symbol, name: str, bar: int) -> float:
    """The column on the bar counted from 1."""
    return float(column(computed([symbol]), name)[bar - 1])


def with_volumes(symbol: Symbol, volumes: list[float]) -> Symbol:
    pairs = zip(symbol.bars, volumes, strict=True)
    return Symbol([replace(bar, volume=volume) for bar, volume in pairs], symbol.splits)


def test_the_table_of_a_price_that_never_moves_names_every_column() -> None:
    assert set(FLAT) == set(STORED_COLUMNS)


@pytest.mark.parametrize("price", [12.5, 7e5, 1e-5])
@pytest.mark.parametrize(
    ("name", "value"), [pytest.param(n, v, id=f"{n}: {why}") for n, (v, why) in FLAT.items()]
)
def test_a_price_that_never_moves(name: str, value: float, price: float) -> None:
    ours = at_bar(flat(price, 300), name, 300)
    expected = value * price if name in IN_PRICES else value
    if price == 1e-5 and name.endswith("_rating"):
        # Running totals of a number without an exact half end a last digit off, as TA-Lib's do, and
        # a vote looks at the sign alone.
        assert -1.0 <= ours <= 0.0
    elif price == 1e-5:
        assert ours == pytest.approx(expected, rel=1e-9, abs=1e-9 * price, nan_ok=True)
    else:
        assert ours == pytest.approx(expected, rel=0.0, abs=0.0, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "value"), [pytest.param(n, v, id=f"{n}: {why}") for n, (v, why) in SILENT.items()]
)
def test_a_symbol_that_never_trades_a_share(name: str, value: float) -> None:
    assert at_bar(walk(1, silent=1.0), name, 300) == pytest.approx(value, nan_ok=True)


def test_without_volume_every_other_column_is_as_with_it() -> None:
    silent, trading = computed([walk(1, silent=1.0)]), computed([walk(1, silent=0.0)])
    # The vote on the average by volume is missing, and leaves the mean.
    for name in set(STORED_COLUMNS) - {*SILENT, "ma_rating", "tech_rating"}:
        assert bits(column(silent, name)) == bits(column(trading, name)), name


def test_a_gap_of_months_is_no_bar_and_changes_no_column_that_counts_bars() -> None:
    together = walk(1, count=280)
    late = {day: SESSIONS[at + 90 * (at >= 150)] for at, day in enumerate(SESSIONS[:280])}
    apart = [replace(bar, session=late[bar.session]) for bar in together.bars]
    ours, theirs = computed([Symbol(apart, [])]), computed([together])
    for name in set(STORED_COLUMNS) - {"perf_ytd"}:
        assert bits(column(ours, name)) == bits(column(theirs, name)), name


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
