"""One session's trading: from the path of prices to the rows of a tape."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.simulated.lives import STEADY
from technic_pipeline.sources.simulated.prices import PricePaths, daily_volatility
from technic_pipeline.sources.simulated.streams import Subject, stream
from technic_pipeline.sources.simulated.symbols import Symbols

HALT_BLOCK = 64
HALTED = 0.006
HALT_SESSIONS = (3, 12)
FRACTIONAL = 0.02
CORRECTED, CLOSE_CORRECTED = 0.01, 0.002


@dataclass(frozen=True)
class Prints:
    """The rows of one session; `symbol` says whose each is, all others are float64."""

    symbol: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    vwap: NDArray[np.float64]
    transactions: NDArray[np.float64]


def first_prints(symbols: Symbols, paths: PricePaths, seed: int, position: int) -> Prints:
    """The session's rows as they are first seen, in the order of the symbols."""
    shocks = stream(seed, Subject.TRADING, position).standard_normal((len(symbols), 4))
    chances = stream(seed, Subject.CHANCES, position).random((len(symbols), 3))
    symbol = np.flatnonzero(_trades(symbols, seed, position, chances[:, 0]))
    shock, chance = shocks[symbol].T, chances[symbol].T
    volatility = daily_volatility(symbols)[symbol]
    before, after = (levels[symbol] for levels in paths.around(position))
    move = after - before + symbols.splits.growth[symbol]
    last = symbols.typical_log_price(position)[symbol] + after
    dollars = symbols.dollar_volume[symbol] * _activity(move / volatility, shock[3])
    transactions = 1.0 + np.floor(dollars / symbols.trade_dollars[symbol])
    opening, high, low, close = _prices(last, move, volatility, shock, transactions == 1.0)
    lean = 0.2 * (chance[1] - 0.5) * (high - low)
    return Prints(
        symbol=symbol,
        open=opening,
        high=high,
        low=low,
        close=close,
        volume=_shares(dollars / close, transactions, chance[2]),
        vwap=np.round(np.clip((opening + high + low + close) / 4 + lean, low, high), 4),
        transactions=transactions,
    )


def corrected(first: Prints, count: int, seed: int, position: int) -> Prints:
    """The same rows after the late reports of trades: a few volumes, and fewer closes, differ."""
    chance = stream(seed, Subject.CORRECTIONS, position).random((count, 3))[first.symbol].T
    late = chance[0] < CORRECTED
    moved = chance[0] < CLOSE_CORRECTED
    close = np.clip(_tick(first.low + chance[2] * (first.high - first.low)), first.low, first.high)
    return replace(
        first,
        close=np.where(moved, close, first.close),
        volume=first.volume + np.where(late, np.ceil(0.05 * chance[1] * first.volume) + 1.0, 0.0),
        transactions=first.transactions + late,
    )


def _trades(
    symbols: Symbols, seed: int, position: int, chance: NDArray[np.float64]
) -> NDArray[np.bool_]:
    expected = symbols.dollar_volume / symbols.trade_dollars
    trades = (chance >= np.exp(-expected)) & ~_halted(len(symbols), seed, position)
    trades[:STEADY] = True
    return trades & symbols.lives.trading(position)


def _halted(count: int, seed: int, position: int) -> NDArray[np.bool_]:
    block, day = divmod(position, HALT_BLOCK)
    chance = stream(seed, Subject.HALTS, block).random((count, 3)).T
    shortest, longest = HALT_SESSIONS
    length = shortest + np.floor(chance[1] * (longest - shortest + 1))
    start = np.floor(chance[2] * (HALT_BLOCK - longest))
    return (chance[0] < HALTED) & (start <= day) & (day < start + length)


def _activity(volatilities: NDArray[np.float64], shock: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dollars traded over the usual ones: more on a day of a large move."""
    return np.exp(0.5 * shock + 0.4 * np.minimum(np.abs(volatilities), 6.0) - 0.3)


def _prices(
    last: NDArray[np.float64],
    move: NDArray[np.float64],
    volatility: NDArray[np.float64],
    shock: NDArray[np.float64],
    lone: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], ...]:
    """Open, high, low and close; one and the same price where a `lone` trade made the bar."""
    first = last - 0.75 * move + 0.4 * volatility * shock[0]
    top = np.maximum(first, last) + 0.45 * volatility * np.abs(shock[1])
    bottom = np.minimum(first, last) - 0.45 * volatility * np.abs(shock[2])
    return tuple(_tick(np.exp(np.where(lone, last, log))) for log in (first, top, bottom, last))


def _tick(price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rounded as quoted: to cents, and below one dollar to hundredths of a cent."""
    return np.maximum(np.where(price >= 1.0, np.round(price, 2), np.round(price, 4)), 0.0001)


def _shares(
    shares: NDArray[np.float64], transactions: NDArray[np.float64], chance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Whole shares, at least one a trade; a few symbols also trade fractions of a share."""
    whole = np.maximum(np.round(shares), transactions)
    return whole + np.where(chance < FRACTIONAL, np.round(0.01 + 40.0 * chance, 4), 0.0)
