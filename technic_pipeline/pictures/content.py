"""What the pictures of a scan are drawn from, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """One number a session, NaN where there is none."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class History:
    """Lines over the same sessions, oldest first."""

    sessions: tuple[date, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MarketBreadth:
    """How many symbols had a bar, and shares of them from 0 to 1.

    `rose` is the share that rose less the share that fell. A share is NaN where nobody has a value.
    """

    traded: int
    above_sma_200: float
    above_sma_50: float
    rose: float


@dataclass(frozen=True)
class SectorCells:
    """A sector within the scan: how many are ranked, the share of buys, and means.

    A share or mean is NaN where nobody has a value.
    """

    sector: str
    ranked: int
    score: float
    change_pct: float
    buys: float
    rs_rating: float


@dataclass(frozen=True)
class RankChange:
    """Where a symbol stands, and where it stood the session before; 0 if it was not ranked."""

    rank: int
    ticker: str
    previous_rank: int


@dataclass(frozen=True)
class Contents:
    """All that the pictures of one session's scan show.

    `breadth` is in percent and of the scan's ranked symbols, `market` of everything traded in the
    session. `sectors` and `rank_changes` are empty where the scan ranked nobody.
    """

    scan: str
    session: date
    market: MarketBreadth
    breadth: History
    scores: History
    sectors: tuple[SectorCells, ...]
    rank_changes: tuple[RankChange, ...]
