"""The columns that TA-Lib has, by TA-Lib, from a symbol's first bar."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import talib
from numpy.typing import NDArray
from oracle_series import Series

AVERAGE_BARS: Final = (10, 20, 30, 50, 100, 200)
SIMPLE: Final = talib.MA_Type.SMA


def _sma(count: int) -> Callable[[Series], NDArray[np.float64]]:
    return lambda series: talib.SMA(series.close, count)


def _ema(count: int) -> Callable[[Series], NDArray[np.float64]]:
    return lambda series: talib.EMA(series.close, count)


def _stoch(s: Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return talib.STOCH(s.high, s.low, s.close, 14, 3, SIMPLE, 3, SIMPLE)


def _macd(s: Series) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    return talib.MACD(s.close, 12, 26, 9)


def _bands(s: Series) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    return talib.BBANDS(s.close, 20, 2.0, 2.0, SIMPLE)


TALIB_COLUMNS: Final[dict[str, Callable[[Series], NDArray[np.float64]]]] = {
    **{f"sma_{count}": _sma(count) for count in AVERAGE_BARS},
    **{f"ema_{count}": _ema(count) for count in AVERAGE_BARS},
    "ema_13": _ema(13),
    "rsi_14": lambda s: talib.RSI(s.close, 14),
    "stoch_k": lambda s: _stoch(s)[0],
    "stoch_d": lambda s: _stoch(s)[1],
    "cci_20": lambda s: talib.CCI(s.high, s.low, s.close, 20),
    "adx_14": lambda s: talib.ADX(s.high, s.low, s.close, 14),
    "plus_di_14": lambda s: talib.PLUS_DI(s.high, s.low, s.close, 14),
    "minus_di_14": lambda s: talib.MINUS_DI(s.high, s.low, s.close, 14),
    "mom_10": lambda s: talib.MOM(s.close, 10),
    "macd": lambda s: _macd(s)[0],
    "macd_signal": lambda s: _macd(s)[1],
    "macd_hist": lambda s: _macd(s)[2],
    "willr_14": lambda s: talib.WILLR(s.high, s.low, s.close, 14),
    "uo": lambda s: talib.ULTOSC(s.high, s.low, s.close, 7, 14, 28),
    "atr_14": lambda s: talib.ATR(s.high, s.low, s.close, 14),
    "bb_upper": lambda s: _bands(s)[0],
    "bb_middle": lambda s: _bands(s)[1],
    "bb_lower": lambda s: _bands(s)[2],
    "obv": lambda s: talib.OBV(s.close, s.volume),
    "mfi_14": lambda s: talib.MFI(s.high, s.low, s.close, s.volume, 14),
    "high_20": lambda s: talib.MAX(s.high, 20),
    "low_20": lambda s: talib.MIN(s.low, 20),
    "high_52w": lambda s: talib.MAX(s.high, 252),
    "low_52w": lambda s: talib.MIN(s.low, 252),
}


def talib_value(column: str, series: Series) -> float | None:
    """Return TA-Lib's value for the last bar, None where it gives none.

    Raises KeyError for a column that is not TA-Lib's.
    """
    if not len(series):
        return None
    value = float(TALIB_COLUMNS[column](series)[-1])
    return None if math.isnan(value) else value
