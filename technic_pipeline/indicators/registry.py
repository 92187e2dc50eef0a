"""The list of indicators. Adding one is a file beside this and a line here.

Order matters in one way only: an indicator stands below those whose columns it reads.
"""

from __future__ import annotations

from technic_pipeline.indicators.atr import atr, atr_pct, true_range
from technic_pipeline.indicators.bollinger import bollinger
from technic_pipeline.indicators.channel import cci, typical_price
from technic_pipeline.indicators.directional import directional
from technic_pipeline.indicators.extremes import high_of, low_of, pct_from
from technic_pipeline.indicators.ichimoku import ichimoku
from technic_pipeline.indicators.indicator import Indicator
from technic_pipeline.indicators.jumps import bars_since_jump
from technic_pipeline.indicators.macd import macd
from technic_pipeline.indicators.momentum import awesome_oscillator, bear_power, bull_power, mom
from technic_pipeline.indicators.money_flow import cmf, mfi, obv
from technic_pipeline.indicators.moving_averages import ema, hma, sma, vwma
from technic_pipeline.indicators.performance import (
    change_from_open_pct,
    change_pct,
    gap_pct,
    perf,
    perf_ytd,
)
from technic_pipeline.indicators.rating import rating
from technic_pipeline.indicators.rsi import rsi
from technic_pipeline.indicators.stochastic import stochastic, stochastic_rsi, willr
from technic_pipeline.indicators.ultimate import ultimate_oscillator
from technic_pipeline.indicators.volatility import volatility
from technic_pipeline.indicators.volume import (
    dollar_volume,
    rel_volume,
    volume_avg,
    volume_totals,
)

AVERAGE_WINDOWS = (10, 20, 30, 50, 100, 200)

REGISTRY: tuple[Indicator, ...] = (
    change_pct(),
    gap_pct(),
    change_from_open_pct(),
    perf("1w", 5),
    perf("1m", 21),
    perf("3m", 63),
    perf("6m", 126),
    perf("9m", 189),
    perf("1y", 252),
    perf_ytd(),
    true_range(6),
    *volume_totals(10),
    *(sma(window) for window in AVERAGE_WINDOWS),
    *(ema(window) for window in AVERAGE_WINDOWS),
    *hma(9),
    *vwma(20),
    *ichimoku(9, 26, 52),
    rsi(14),
    high_of("14", 14, stored=False),
    low_of("14", 14, stored=False),
    *stochastic(14),
    typical_price(19),
    cci(20),
    *directional(14),
    *awesome_oscillator(5, 34),
    mom(10),
    macd(12, 26, 9),
    *stochastic_rsi(14),
    willr(14),
    ema(13, stored=False),
    bull_power(13),
    bear_power(13),
    *ultimate_oscillator(7),
    atr(14),
    atr_pct(14),
    *bollinger(20, 2.0),
    *volatility(20),
    volume_avg(10),
    volume_avg(30),
    rel_volume(10),
    *dollar_volume(20),
    obv(),
    *mfi(14),
    *cmf(20),
    high_of("20", 20),
    low_of("20", 20),
    high_of("52w", 252),
    low_of("52w", 252),
    pct_from("high_20"),
    pct_from("high_52w"),
    pct_from("low_52w"),
    bars_since_jump(),
    *rating(),
)

# The columns that the `indicators` table holds, in its order.
STORED_COLUMNS: tuple[str, ...] = tuple(
    column for indicator in REGISTRY if indicator.stored for column in indicator.columns
)
