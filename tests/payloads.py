"""Payloads written out row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.bars import NUMBERS


@dataclass(frozen=True)
class Row:
    """One row of a payload: a good bar, unless told otherwise. `day` None is the session's own."""

    ticker: str | None
    open: float = 10.0
    high: float = 11.0
    low: float = 9.0
    close: float = 10.5
    volume: float = 1000.0
    vwap: float = math.nan
    transactions: float = math.nan
    day: date | None = None


def payload(session: date, rows: Sequence[Row], source: str = "flatfiles") -> SessionBars:
    """The rows as a source would give them, in their order."""
    return SessionBars(
        session=session,
        source=source,
        payload_sha256="0" * 64,
        fetched_at=datetime(2016, 1, 1, tzinfo=UTC),
        ticker=pa.array([row.ticker for row in rows], pa.string()),
        day=np.array([row.day or session for row in rows], "datetime64[D]"),
        **{name: np.array([getattr(row, name) for row in rows], np.float64) for name in NUMBERS},
    )
