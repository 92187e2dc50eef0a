"""The columns that TA-Lib lacks or names otherwise, by their formulas, for a series' last bar.

Every function returns None where the value is missing.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import talib
from oracle_series import Series
from oracle_talib import talib_value

TRADING_DAYS_A_YEAR: Final = 252
PERFORMANCE_BARS: Final = {
    "perf_1w": 5,
    "perf_1m": 21,
    "perf_3m": 63,
    "perf_6m": 126,
    "perf_9m": 189,
    "perf_1y": 252,
}
# TA-Lib's dead zone for a stochastic's range, relative to the sum of its ends. The RSI of a price
# that stands still wavers in its last bits, by less than this.
ZERO_RANGE: Final = 1e-14

Formula = Callable[[Series], float | None]


def _percent(now: float, base: float | None) -> float | None:
    return None if base is None else 100 * (now / base - 1)


def _previous_close(series: Series) -> float | None:
    return float(series.close[-2]) if len(series) > 1 else None


def change(series: Series) -> float | None:
    return _percent(float(series.close[-1]), _previous_close(series))


def gap(series: Series) -> float | None:
    return _percent(float(series.open[-1]), _previous_close(series))


def change_from_open(series: Series) -> float | None:
    return _percent(float(series.close[-1]), float(series.open[-1]))


def performance(series: Series, count: int) -> float | None:
    window = series.last("close", count + 1)
    return None if window is None else _percent(window[-1], window[0])


def performance_this_year(series: Series) -> float | None:
    last_year = series.sessions[-1].year - 1
    closes = zip(series.sessions, series.close.tolist(), strict=True)
    of_last_year = [close for session, close in closes if session.year == last_year]
    return _percent(float(series.close[-1]), of_last_year[-1]) if of_last_year else None


def _weighted(values: Sequence[float]) -> float:
    total = math.fsum(weight * value for weight, value in enumerate(values, start=1))
    return total / math.comb(len(values) + 1, 2)


def hull(series: Series) -> float | None:
    closes = series.last("close", 11)
    if closes is None:
        return None
    nines = [closes[first : first + 9] for first in range(3)]
    return _weighted([2 * _weighted(nine[-4:]) - _weighted(nine) for nine in nines])


def _per_volume(amounts: Sequence[float], volumes: Sequence[float]) -> float | None:
    total = math.fsum(volumes)
    return math.fsum(amounts) / total if total else None


def volume_weighted(series: Series) -> float | None:
    closes, volumes = series.last("close", 20), series.last("volume", 20)
    if closes is None or volumes is None:
        return None
    amounts = [close * volume for close, volume in zip(closes, volumes, strict=True)]
    return _per_volume(amounts, volumes)


def midpoint(series: Series, count: int) -> float | None:
    highs, lows = series.last("high", count), series.last("low", count)
    return None if highs is None or lows is None else (max(highs) + min(lows)) / 2


def lead_a(series: Series) -> float | None:
    conversion, base = midpoint(series, 9), midpoint(series, 26)
    return None if conversion is None or base is None else (conversion + base) / 2


def awesome(series: Series) -> float | None:
    highs, lows = series.last("high", 34), series.last("low", 34)
    if highs is None or lows is None:
        return None
    middles = [(high + low) / 2 for high, low in zip(highs, lows, strict=True)]
    return statistics.fmean(middles[-5:]) - statistics.fmean(middles)


def stochastic_rsi(series: Series, averaged: int) -> float | None:
    """The stochastic of RSI 14 over 14 values, averaged 3 by 3 as often as asked."""
    rsi: list[float] = talib.RSI(series.close, 14).tolist()
    return _averaged_stochastic(rsi, averaged)


def _averaged_stochastic(values: list[float], averaged: int) -> float | None:
    if averaged == 0:
        return _stochastic(values[-14:])
    three = [_averaged_stochastic(values[: len(values) - ago], averaged - 1) for ago in range(3)]
    known = [value for value in three if value is not None]
    return statistics.fmean(known) if len(known) == 3 else None


def _stochastic(window: list[float]) -> float | None:
    if len(window) < 14 or any(map(math.isnan, window)):
        return None
    highest, lowest = max(window), min(window)
    width = highest - lowest
    if width <= ZERO_RANGE * (abs(highest) + abs(lowest)):
        return None
    return 100 * (window[-1] - lowest) / width


def bull_power(series: Series) -> float | None:
    average = talib_value("ema_13", series)
    return None if average is None else float(series.high[-1]) - average


def bear_power(series: Series) -> float | None:
    average = talib_value("ema_13", series)
    return None if average is None else float(series.low[-1]) - average


def money_flow(series: Series) -> float | None:
    names = ("high", "low", "close", "volume")
    windows = [window for name in names if (window := series.last(name, 20)) is not None]
    if len(windows) < len(names):
        return None
    flows = [
        volume * ((close - low) - (high - close)) / (high - low) if high > low else 0.0
        for high, low, close, volume in zip(*windows, strict=True)
    ]
    return _per_volume(flows, windows[-1])


def true_range_percent(series: Series) -> float | None:
    average = talib_value("atr_14", series)
    return None if average is None else 100 * average / float(series.close[-1])


def percent_b(series: Series) -> float | None:
    upper, lower = talib_value("bb_upper", series), talib_value("bb_lower", series)
    if upper is None or lower is None or upper == lower:
        return None
    return (float(series.close[-1]) - lower) / (upper - lower)


def volatility(series: Series) -> float | None:
    window = series.last("close", 21)
    if window is None:
        return None
    returns = [math.log(now / before) for before, now in pairwise(window)]
    return 100 * math.sqrt(TRADING_DAYS_A_YEAR) * statistics.stdev(returns)


def average_volume(series: Series, count: int) -> float | None:
    window = series.last("volume", count)
    return None if window is None else statistics.fmean(window)


def relative_volume(series: Series) -> float | None:
    before = average_volume(series.ago(1), 10)
    return float(series.volume[-1]) / before if before else None


def from_extreme(series: Series, extreme: str) -> float | None:
    return _percent(float(series.close[-1]), talib_value(extreme, series))


def _performance_over(count: int) -> Formula:
    return lambda series: performance(series, count)


FORMULAS: Final[dict[str, Formula]] = {
    "change_pct": change,
    "gap_pct": gap,
    "change_from_open_pct": change_from_open,
    **{column: _performance_over(count) for column, count in PERFORMANCE_BARS.items()},
    "perf_ytd": performance_this_year,
    "hma_9": hull,
    "vwma_20": volume_weighted,
    "ichimoku_conversion": lambda series: midpoint(series, 9),
    "ichimoku_base": lambda series: midpoint(series, 26),
    "ichimoku_lead_a": lead_a,
    "ichimoku_lead_b": lambda series: midpoint(series, 52),
    "ao": awesome,
    "stoch_rsi_k": lambda series: stochastic_rsi(series, averaged=1),
    "stoch_rsi_d": lambda series: stochastic_rsi(series, averaged=2),
    "bull_power_13": bull_power,
    "bear_power_13": bear_power,
    "cmf_20": money_flow,
    "atr_pct": true_range_percent,
    "bb_pct_b": percent_b,
    "volatility_20": volatility,
    "volume_avg_10": lambda series: average_volume(series, 10),
    "volume_avg_30": lambda series: average_volume(series, 30),
    "rel_volume_10": relative_volume,
    "pct_from_high_20": lambda series: from_extreme(series, "high_20"),
    "pct_from_high_52w": lambda series: from_extreme(series, "high_52w"),
    "pct_from_low_52w": lambda series: from_extreme(series, "low_52w"),
}


def value(column: str, series: Series) -> float | None:
    """Return a column's value for the last bar, None where it is missing.

    Raises KeyError for a column that has neither a formula nor a place in TA-Lib.
    """
    formula = FORMULAS.get(column)
    return talib_value(column, series) if formula is None else formula(series)
