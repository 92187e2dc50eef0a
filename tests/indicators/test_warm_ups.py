"""At which bar a column has its first value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from histories import MISSING, Symbol, bits, column, computed, flat, history_of, walk
from numpy.typing import NDArray
from oracle import SplitEvent

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.indicators.indicator import Indicator
from technic_pipeline.indicators.rating import MOVING_AVERAGE_VOTES, OSCILLATOR_VOTES
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS

AVERAGES = (10, 20, 30, 50, 100, 200)
# The bar, counted from 1, at which a column has its first value, and why not before.
FIRST_BAR = {
    "change_pct": (2, "a change needs the bar before"),
    "gap_pct": (2, "a gap needs the bar before"),
    "change_from_open_pct": (1, "open and close of one bar"),
    "perf_1w": (6, "5 bars ago"),
    "perf_1m": (22, "21 bars ago"),
    "perf_3m": (64, "63 bars ago"),
    "perf_6m": (127, "126 bars ago"),
    "perf_9m": (190, "189 bars ago"),
    "perf_1y": (253, "252 bars ago"),
    **{f"sma_{bars}": (bars, "a full window") for bars in AVERAGES},
    **{f"ema_{bars}": (bars, "seeded by the mean of as many") for bars in AVERAGES},
    "hma_9": (11, "a mean of 3 over windows of 9"),
    "vwma_20": (20, "a full window"),
    "ichimoku_conversion": (9, "a full window"),
    "ichimoku_base": (26, "a full window"),
    "ichimoku_lead_a": (26, "where conversion and base are"),
    "ichimoku_lead_b": (52, "a full window"),
    "rsi_14": (15, "seeded by 14 changes"),
    "stoch_k": (18, "TA-Lib gives K only where it gives D"),
    "stoch_d": (18, "14 bars, a mean of 3 and a mean of 3 of that"),
    "cci_20": (20, "a full window"),
    "plus_di_14": (15, "the first bar has no movement"),
    "minus_di_14": (15, "the first bar has no movement"),
    "adx_14": (28, "seeded by 14 values from bar 15 on"),
    "ao": (34, "the longer window"),
    "mom_10": (11, "10 bars ago"),
    **dict.fromkeys(("macd", "macd_signal", "macd_hist"), (34, "EMA 26, and EMA 9 of 9")),
    "stoch_rsi_k": (30, "14 values of RSI, and a mean of 3"),
    "stoch_rsi_d": (32, "a mean of 3 of K"),
    "willr_14": (14, "a full window"),
    "bull_power_13": (13, "where EMA 13 is"),
    "bear_power_13": (13, "where EMA 13 is"),
    "uo": (29, "28 changes"),
    "atr_14": (15, "the first bar has no true range"),
    "atr_pct": (15, "where atr_14 is"),
    **{f"bb_{band}": (20, "a full window") for band in ("upper", "middle", "lower", "pct_b")},
    "volatility_20": (21, "20 returns"),
    "volume_avg_10": (10, "a full window"),
    "volume_avg_30": (30, "a full window"),
    "rel_volume_10": (11, "10 bars before today"),
    "dollar_volume_20": (20, "a full window"),
    "obv": (1, "the first bar's volume begins it"),
    "mfi_14": (15, "14 changes"),
    "cmf_20": (20, "a full window"),
    **dict.fromkeys(("high_20", "low_20", "pct_from_high_20"), (20, "a full window")),
    **dict.fromkeys(("high_52w", "low_52w"), (252, "a full window")),
    **{f"pct_from_{name}_52w": (252, f"where {name}_52w is") for name in ("high", "low")},
    "ma_rating": (10, "SMA 10 and EMA 10 vote"),
    "osc_rating": (12, "momentum votes"),
    "tech_rating": (10, "the one mean that exists"),
}
# perf_ytd begins with a year, bars_since_jump with a jump.
OF_ANOTHER_CLOCK = {"perf_ytd", "bars_since_jump"}
FIRST_VOTE = {
    **{
        f"{kind}_{bars}": (bars, "with its average") for kind in ("sma", "ema") for bars in AVERAGES
    },
    "hma_9": (11, "with its average"),
    "vwma_20": (20, "with its average"),
    "ichimoku": (78, "lead B of 26 bars ago"),
    "rsi": (16, "RSI of the bar before"),
    "stoch": (18, "K and D"),
    "cci": (21, "CCI of the bar before"),
    "adx": (29, "ADX of the bar before"),
    "ao": (36, "AO of two bars before"),
    "mom": (12, "momentum of the bar before"),
    "macd": (34, "MACD and its signal"),
    "stoch_rsi": (50, "EMA 50, the trend"),
    "willr": (15, "%R of the bar before"),
    "power": (50, "EMA 50, the trend"),
    "uo": (29, "with its oscillator"),
}
LONG = walk(1, count=280, silent=0.0)


def series(symbol: Symbol, name: str) -> NDArray[np.float64]:
    """One column or vote of every bar."""
    first = np.zeros(1, dtype=np.int64)
    return compute(Cpu(), history_of([symbol]), first, REGISTRY, [name]).values[:, 0]


def votes_of(group: tuple[Indicator, ...]) -> set[str]:
    return {vote.columns[0].removeprefix("vote_") for vote in group}


def test_the_tables_name_every_stored_column_and_every_vote() -> None:
    assert {*FIRST_BAR} | OF_ANOTHER_CLOCK == set(STORED_COLUMNS)
    assert set(FIRST_VOTE) == votes_of(MOVING_AVERAGE_VOTES) | votes_of(OSCILLATOR_VOTES)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        *(pytest.param(name, bar, id=f"{name}: {why}") for name, (bar, why) in FIRST_BAR.items()),
        *(
            pytest.param(f"vote_{name}", bar, id=f"vote on {name}: {why}")
            for name, (bar, why) in FIRST_VOTE.items()
        ),
    ],
)
def test_a_column_is_missing_until_its_warm_up_and_present_from_then_on(
    name: str, first: int
) -> None:
    values = series(LONG, name)
    assert np.isnan(values[: first - 1]).all()
    assert np.isfinite(values[first - 1 :]).all()


@pytest.mark.parametrize("name", FIRST_BAR)
def test_a_history_that_ends_with_the_warm_up_has_the_value_of_a_longer_one(name: str) -> None:
    first, _ = FIRST_BAR[name]
    short = Symbol(LONG.bars[:first], [])
    assert bits(series(short, name)) == bits(series(LONG, name)[:first])


def test_a_symbol_without_a_jump_never_has_bars_since_one() -> None:
    assert np.isnan(series(LONG, "bars_since_jump")).all()


def test_the_only_bar_of_a_symbol_has_what_one_bar_can_tell_and_no_more() -> None:
    symbol = walk(1, count=1)
    [bar], rows = symbol.bars, computed([symbol])
    assert rows.bars.tolist() == [1]
    known = {"change_from_open_pct": 100 * (bar.close / bar.open - 1), "obv": bar.volume}
    for name in STORED_COLUMNS:
        [value] = column(rows, name)
        if name in known:
            assert value == pytest.approx(known[name], rel=1e-15)
        else:
            assert bits(column(rows, name)) == [MISSING], name


@pytest.mark.parametrize(
    ("bars", "splits", "expected"),
    [
        pytest.param(
            [(date(2015, 1, 5), 10.0), (date(2015, 12, 30), 20.0)],
            [],
            None,
            id="within the first year there is no year before",
        ),
        pytest.param(
            [(date(2015, 12, 30), 10.0), (date(2015, 12, 31), 20.0), (date(2016, 1, 4), 30.0)],
            [],
            50.0,
            id="the last close of the year before, not an earlier one",
        ),
        pytest.param(
            [(date(2015, 6, 1), 10.0), (date(2016, 9, 1), 5.0), (date(2016, 9, 2), 12.0)],
            [],
            20.0,
            id="a gap of months: the last close of the year before is of June",
        ),
        pytest.param(
            [(date(2014, 12, 31), 10.0), (date(2016, 1, 4), 12.0)],
            [],
            None,
            id="a year without any bar lies between",
        ),
        pytest.param(
            [(date(2014, 12, 31), 10.0), (date(2015, 12, 31), 20.0), (date(2017, 1, 4), 12.0)],
            [],
            None,
            id="what was known the year before is forgotten",
        ),
        pytest.param(
            [(date(2015, 12, 31), 40.0), (date(2016, 1, 4), 30.0)],
            [SplitEvent(date(2016, 1, 4), 1, 2)],
            50.0,
            id="adjusted by a split of the new year",
        ),
    ],
)
def test_the_year_to_date(
    bars: list[tuple[date, float]], splits: list[SplitEvent], expected: float | None
) -> None:
    priced = zip(flat(1.0, len(bars)).bars, bars, strict=True)
    days = [
        replace(day, session=session, open=close, high=close, low=close, close=close)
        for day, (session, close) in priced
    ]
    last = column(computed([Symbol(days, splits)]), "perf_ytd")[-1]
    assert last == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
