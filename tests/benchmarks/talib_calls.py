"""The stored columns that one call of TA-Lib gives, and that call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import talib
from numpy.typing import NDArray

SIMPLE: Final = talib.MA_Type.SMA
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Bars:
    """One symbol's bars, contiguous."""

    high: Values
    low: Values
    close: Values
    volume: Values


# A call gives one array for each of its columns.
Call = Callable[[Bars], tuple[Values, ...]]
AVERAGED = (10, 20, 30, 50, 100, 200)
PERFORMANCE = {"1w": 5, "1m": 21, "3m": 63, "6m": 126, "9m": 189, "1y": 252}


def _sma(bars: int) -> Call:
    return lambda b: (talib.SMA(b.close, bars),)


def _ema(bars: int) -> Call:
    return lambda b: (talib.EMA(b.close, bars),)


def _change(bars: int) -> Call:
    return lambda b: (talib.ROC(b.close, bars),)


def _volume_average(bars: int) -> Call:
    return lambda b: (talib.SMA(b.volume, bars),)


def _midpoint(bars: int) -> Call:
    return lambda b: (talib.MIDPRICE(b.high, b.low, bars),)


def _highest(bars: int) -> Call:
    return lambda b: (talib.MAX(b.high, bars),)


def _lowest(bars: int) -> Call:
    return lambda b: (talib.MIN(b.low, bars),)


CALLS: Final[dict[tuple[str, ...], Call]] = {
    ("change_pct",): _change(1),
    **{(f"perf_{name}",): _change(bars) for name, bars in PERFORMANCE.items()},
    **{(f"sma_{bars}",): _sma(bars) for bars in AVERAGED},
    **{(f"ema_{bars}",): _ema(bars) for bars in AVERAGED},
    ("ichimoku_conversion",): _midpoint(9),
    ("ichimoku_base",): _midpoint(26),
    ("ichimoku_lead_b",): _midpoint(52),
    ("rsi_14",): lambda b: (talib.RSI(b.close, 14),),
    ("stoch_k", "stoch_d"): lambda b: talib.STOCH(b.high, b.low, b.close, 14, 3, SIMPLE, 3, SIMPLE),
    ("cci_20",): lambda b: (talib.CCI(b.high, b.low, b.close, 20),),
    ("adx_14",): lambda b: (talib.ADX(b.high, b.low, b.close, 14),),
    ("plus_di_14",): lambda b: (talib.PLUS_DI(b.high, b.low, b.close, 14),),
    ("minus_di_14",): lambda b: (talib.MINUS_DI(b.high, b.low, b.close, 14),),
    ("mom_10",): lambda b: (talib.MOM(b.close, 10),),
    ("macd", "macd_signal", "macd_hist"): lambda b: talib.MACD(b.close, 12, 26, 9),
    ("willr_14",): lambda b: (talib.WILLR(b.high, b.low, b.close, 14),),
    ("uo",): lambda b: (talib.ULTOSC(b.high, b.low, b.close, 7, 14, 28),),
    ("atr_14",): lambda b: (talib.ATR(b.high, b.low, b.close, 14),),
    ("atr_pct",): lambda b: (talib.NATR(b.high, b.low, b.close, 14),),
    ("bb_upper", "bb_middle", "bb_lower"): lambda b: talib.BBANDS(b.close, 20, 2.0, 2.0, SIMPLE),
    ("volume_avg_10",): _volume_average(10),
    ("volume_avg_30",): _volume_average(30),
    ("obv",): lambda b: (talib.OBV(b.close, b.volume),),
    ("mfi_14",): lambda b: (talib.MFI(b.high, b.low, b.close, b.volume, 14),),
    ("high_20",): _highest(20),
    ("low_20",): _lowest(20),
    ("high_52w",): _highest(252),
    ("low_52w",): _lowest(252),
}
COLUMNS: Final[tuple[str, ...]] = tuple(column for columns in CALLS for column in columns)
