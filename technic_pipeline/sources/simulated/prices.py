"""The factor model: each symbol's log price around its typical one, at any session.

The path is laid out in blocks of sessions. Where each block begins is a slow walk that is drawn
back towards zero; the daily moves inside a block are tied to where the next one begins. A session
is therefore reached over a few hundred blocks and one block's days, however far from the epoch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.simulated.streams import Subject, stream
from technic_pipeline.sources.simulated.symbols import SECTORS, Symbols

BLOCK = 32
KEPT = 0.965  # of the distance from the typical price, over one block
MARKET_VOLATILITY = 0.009
SECTOR_VOLATILITY = 0.006


class PricePaths:
    """Log prices relative to the typical ones; keeps the block read last and where it began."""

    def __init__(self, symbols: Symbols, seed: int) -> None:
        self._symbols = symbols
        self._seed = seed
        self._begun: tuple[int, NDArray[np.float64]] | None = None
        self._read: tuple[int, NDArray[np.float64]] | None = None

    def around(self, position: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The distance of each log price from its typical one, the session before and then."""
        block, day = divmod(position, BLOCK)
        if self._read is None or self._read[0] != block:
            self._read = (block, self._levels(block))
        levels = self._read[1]
        return levels[day], levels[day + 1]

    def _levels(self, block: int) -> NDArray[np.float64]:
        """Shape (BLOCK + 1, symbols): the close before the block, then each of its closes."""
        beginning, jump = self._beginning(block), self._jump(block)
        moves = self._daily_moves(block)
        moves += (self._next(beginning, jump) - beginning - moves.sum(axis=0)) / BLOCK
        levels = np.empty((BLOCK + 1, len(self._symbols)))
        levels[0] = beginning
        np.cumsum(moves, axis=0, out=levels[1:])
        levels[1:] += beginning
        return levels

    def _beginning(self, block: int) -> NDArray[np.float64]:
        if self._begun is None or self._begun[0] > block:
            self._begun = (0, self._jump(-1) / np.sqrt(1.0 - KEPT**2))
        at, level = self._begun
        for passed in range(at, block):
            level = self._next(level, self._jump(passed))
        self._begun = (block, level)
        return level

    def _next(
        self, beginning: NDArray[np.float64], jump: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return KEPT * beginning + jump

    def _jump(self, block: int) -> NDArray[np.float64]:
        """What a whole block adds; the block before the first stands for all of the past."""
        market, sectors = _factors(stream(self._seed, Subject.TRENDS, 2 * block + 2))
        own = stream(self._seed, Subject.TRENDS, 2 * block + 3).standard_normal(len(self._symbols))
        return np.sqrt(BLOCK) * self._combine(market, sectors, own)

    def _daily_moves(self, block: int) -> NDArray[np.float64]:
        factors = stream(self._seed, Subject.FACTORS, block)
        regime = np.exp(0.25 * factors.standard_normal())
        shape = (len(self._symbols), BLOCK)
        own = np.ascontiguousarray(
            stream(self._seed, Subject.MOVES, block).standard_normal(shape).T
        )
        moves = np.empty(own.shape)
        for day in range(BLOCK):
            market, sectors = _factors(factors)
            moves[day] = regime * self._combine(_fat_tailed(market), sectors, _fat_tailed(own[day]))
        return moves

    def _combine(
        self,
        market: NDArray[np.float64],
        sectors: NDArray[np.float64],
        own: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        common = MARKET_VOLATILITY * market + SECTOR_VOLATILITY * sectors[self._symbols.sector]
        return self._symbols.beta * common + self._symbols.volatility * own


def daily_volatility(symbols: Symbols) -> NDArray[np.float64]:
    """The standard deviation of each symbol's daily log return in ordinary times."""
    common = MARKET_VOLATILITY**2 + SECTOR_VOLATILITY**2
    return np.sqrt(symbols.volatility**2 + symbols.beta**2 * common)


def _factors(
    chance: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    draws = chance.standard_normal(1 + SECTORS)
    return draws[:1], draws[1:]


def _fat_tailed(normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit variance, and a shock of eight standard deviations about once in 40,000 draws."""
    return normal * (1.0 + 0.1 * normal * normal) / np.sqrt(1.75)
