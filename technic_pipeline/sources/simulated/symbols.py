"""What each symbol is: its kind, its typical price and volume, and its habit of splitting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.simulated.kinds import COMMON, KINDS
from technic_pipeline.sources.simulated.lives import NEVER, STEADY, Lives, draw_lives
from technic_pipeline.sources.simulated.streams import Subject, stream

SECTORS = 11  # as many as descriptions.VOCABULARY names

# Of the common stocks: those whose price grows into forward splits, or decays into reverse ones.
GROWERS, DECLINERS = 0.12, 0.10
FORWARD_SPLITS = np.array([(1, 2), (1, 2), (2, 3), (1, 3)], dtype=np.float64)
REVERSE_SPLIT = np.array((10, 1), dtype=np.float64)

MEDIAN_DOLLAR_VOLUME, DOLLAR_VOLUME_SPREAD = 250_000.0, 2.2
MEDIAN_TRADE_DOLLARS = 2_500.0


@dataclass(frozen=True)
class SplitHabits:
    """One entry a symbol: it splits at `phase`, and at every `period` sessions from there.

    `growth` is the daily log return that brings the price back to its level until the next split.
    """

    split_from: NDArray[np.float64]
    split_to: NDArray[np.float64]
    period: NDArray[np.int64]
    phase: NDArray[np.int64]
    growth: NDArray[np.float64]


@dataclass(frozen=True)
class Symbols:
    """One entry a symbol in every array; prices and volumes in dollars, `level` a log price."""

    lives: Lives
    splits: SplitHabits
    kind: NDArray[np.int64]
    sector: NDArray[np.int64]
    level: NDArray[np.float64]
    volatility: NDArray[np.float64]
    beta: NDArray[np.float64]
    dollar_volume: NDArray[np.float64]
    trade_dollars: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)

    def typical_log_price(self, position: int) -> NDArray[np.float64]:
        """The log of the raw price around which each symbol moves in that session."""
        since_split = (position - self.splits.phase) % self.splits.period
        return self.level + self.splits.growth * (since_split - self.splits.period / 2)

    def splits_until(self, position: int) -> list[tuple[int, int]]:
        """Symbol and position of every split in a listed life, by symbol, then by session."""
        found: list[tuple[int, int]] = []
        for symbol in np.flatnonzero(self.splits.period < NEVER).tolist():
            first, period = int(self.splits.phase[symbol]), int(self.splits.period[symbol])
            listed, delisted = int(self.lives.listed[symbol]), int(self.lives.delisted[symbol])
            end = min(delisted, position + 1)
            found += [(symbol, at) for at in range(first, end, period) if at > listed]
        return found


def draw_symbols(count: int, seed: int) -> Symbols:
    """The first `count` symbols of the market."""
    typical = stream(seed, Subject.TYPICAL).standard_normal((count, 5)).T
    chances = stream(seed, Subject.CHOICES).random((count, 6)).T
    kind = _draw_kinds(chances[0])
    grows = (kind == COMMON) & (chances[1] < GROWERS)
    declines = (kind == COMMON) & (chances[1] > 1.0 - DECLINERS)
    level = _log_prices(kind, typical[0], grows, declines)
    cheapness = _of(kind, "price") / np.exp(level)
    volatility = _of(kind, "volatility") * np.exp(0.4 * typical[1]) * cheapness**0.12
    dollar_volume = _dollar_volumes(level, typical[3])
    return Symbols(
        lives=draw_lives(count, seed),
        splits=_split_habits(grows, declines, chances[2:5]),
        kind=kind,
        sector=(chances[5] * SECTORS).astype(np.int64),
        level=level,
        volatility=np.minimum(volatility, 0.08),
        beta=_of(kind, "beta") * np.exp(0.3 * typical[2]),
        dollar_volume=dollar_volume,
        trade_dollars=MEDIAN_TRADE_DOLLARS * np.exp(0.5 * typical[4]),
    )


def _draw_kinds(chances: NDArray[np.float64]) -> NDArray[np.int64]:
    bounds = np.cumsum([kind.share for kind in KINDS])[:-1]
    kind = np.searchsorted(bounds, chances, side="right")
    kind[:STEADY] = COMMON
    return kind


def _of(kind: NDArray[np.int64], trait: str) -> NDArray[np.float64]:
    return np.array([getattr(each, trait) for each in KINDS], dtype=np.float64)[kind]


def _log_prices(
    kind: NDArray[np.int64],
    draws: NDArray[np.float64],
    grows: NDArray[np.bool_],
    declines: NDArray[np.bool_],
) -> NDArray[np.float64]:
    level = np.log(_of(kind, "price")) + _of(kind, "price_spread") * draws
    # Companies split to leave a high price, and consolidate to leave one below the listing rules.
    level = np.where(grows, np.log(110.0) + 0.4 * draws, level)
    return np.where(declines, np.log(1.6) + 0.4 * draws, level)


def _dollar_volumes(level: NDArray[np.float64], draws: NDArray[np.float64]) -> NDArray[np.float64]:
    # Dearer shares are the larger companies', and trade more.
    tilt = 0.4 * (level - np.log(18.0))
    volume = MEDIAN_DOLLAR_VOLUME * np.exp(tilt + DOLLAR_VOLUME_SPREAD * draws)
    volume[:STEADY] = np.maximum(volume[:STEADY], 4.0 * MEDIAN_DOLLAR_VOLUME)
    return np.maximum(volume, 1_000.0)


def _split_habits(
    grows: NDArray[np.bool_], declines: NDArray[np.bool_], chances: NDArray[np.float64]
) -> SplitHabits:
    forward = FORWARD_SPLITS[(chances[0] * len(FORWARD_SPLITS)).astype(np.int64)]
    ratio = np.where(declines[:, None], REVERSE_SPLIT, forward)
    forward_period = 500 + (chances[1] * 900).astype(np.int64)
    reverse_period = 900 + (chances[1] * 1_100).astype(np.int64)
    period = np.where(grows, forward_period, np.where(declines, reverse_period, NEVER))
    splits = grows | declines
    return SplitHabits(
        split_from=ratio[:, 0],
        split_to=ratio[:, 1],
        period=period,
        phase=np.where(splits, (chances[2] * period).astype(np.int64), 0),
        growth=np.where(splits, np.log(ratio[:, 1] / ratio[:, 0]) / period, 0.0),
    )
