"""The list of indicators. Adding one is a file beside this and a line here.

Order matters in one way only: an indicator stands below those whose columns it reads.
"""

from __future__ import annotations

from technic_pipeline.indicators.atr import atr, atr_pct
from technic_pipeline.indicators.extremes import high_of, pct_from_high
from technic_pipeline.indicators.indicator import Indicator
from technic_pipeline.indicators.jumps import bars_since_jump
from technic_pipeline.indicators.moving_averages import ema, sma
from technic_pipeline.indicators.performance import change_pct, perf
from technic_pipeline.indicators.rsi import rsi
from technic_pipeline.indicators.volatility import log_return, volatility
from technic_pipeline.indicators.volume import dollar_volume, rel_volume

REGISTRY: tuple[Indicator, ...] = (
    change_pct(),
    sma(20),
    sma(50),
    sma(200),
    ema(20),
    rsi(14),
    atr(14),
    atr_pct(14),
    perf("1m", 21),
    perf("3m", 63),
    perf("6m", 126),
    log_return(20),
    volatility(20),
    rel_volume(10),
    dollar_volume(20),
    high_of("52w", 252),
    pct_from_high("52w"),
    bars_since_jump(),
)

# The columns that the `indicators` table holds, in its order.
STORED_COLUMNS: tuple[str, ...] = tuple(
    column for indicator in REGISTRY if indicator.stored for column in indicator.columns
)
