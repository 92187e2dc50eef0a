"""What a report says, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class SectorLine:
    """A sector within one scan: how many are ranked, rose and fell, and the best one's rank."""

    sector: str
    ranked: int
    score: float
    up: int
    down: int
    best: int


@dataclass(frozen=True)
class Departure:
    """Who was ranked the session before and is not now; without a reason, no longer traded."""

    ticker: str
    name: str
    previous_rank: int
    reason: str


@dataclass(frozen=True)
class Relabelling:
    """A ranked symbol whose rating has another label than the session before."""

    rank: int
    before: str
    now: str


@dataclass(frozen=True)
class Changes:
    """What changed since the version of the session before that a scan was compared with."""

    since: date
    left: tuple[Departure, ...]
    relabelled: tuple[Relabelling, ...]


@dataclass(frozen=True)
class Table:
    """The ranked rows of one scan, best first.

    `security` says where in `Report.securities` each row's symbol is. `points` is of shape (rows,
    weights), NaN where a component is missing; a row adds up to its score. `previous_rank` is 0 for
    those that entered.
    """

    security: NDArray[np.int64]
    score: NDArray[np.float64]
    points: NDArray[np.float64]
    sector_rank: NDArray[np.int32]
    previous_rank: NDArray[np.int32]
    levels: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class ScanPart:
    """One scan's newest version; `funnel` and `ranked` add up to `population`."""

    scan: str
    scan_run_id: int
    version: int
    description: str
    published_at: datetime
    stale_since: datetime | None
    population: int
    ranked: int
    weights: tuple[tuple[str, float], ...]
    funnel: tuple[tuple[str, int], ...]
    sectors: tuple[SectorLine, ...]
    changes: Changes | None
    table: Table


@dataclass(frozen=True)
class Report:
    """Everything on the page of one session.

    `securities` holds a row for every ranked symbol, shared by the scans whose tables say the same
    of it; `sparklines` one text each, a letter for each of `sessions`.
    """

    session: date
    edition: str
    made_at: datetime
    sessions: tuple[date, ...]
    scans: tuple[ScanPart, ...]
    securities: pa.Table
    sparklines: tuple[str, ...]
