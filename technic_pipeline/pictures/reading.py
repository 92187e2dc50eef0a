"""What the pictures of a scan show, read from what was published."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from technic_pipeline.pictures.content import (
    Contents,
    History,
    Line,
    MarketBreadth,
    RankChange,
    SectorCells,
)
from technic_pipeline.scan.labels import WEAK
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.packed_columns import read_packed

SESSIONS = 60
SHOWN_RANKS = 20
# Of so many symbols a share is mostly within five percentage points of that of all.
SAMPLE = 100

BREADTH_LINES = {"buys": "Buy or better", "rose": "rose less fell"}
SCORE_LINES = {
    "best": "rank 1",
    "twentieth": "rank 20",
    "hundredth": "rank 100",
    "median": "median",
}


def read_contents(url: str, session: date, scan: str, calendar: Calendar) -> Contents:
    """What the newest versions of a scan say of a session and of the 59 before it.

    The breadth's history is of the symbols that the scan ranked, and of a sample of those where
    they are many: 60 sessions of the whole market's `indicators` take most of a second to read.
    """
    days = tuple(calendar.between(calendar.before(session, SESSIONS - 1), session))
    span = [scan, days[0], session]
    breadth = read_packed(url, "picture_breadth", [*span, WEAK, SAMPLE])
    scores = read_packed(url, "picture_scores", span)
    [market] = read_packed(url, "picture_market", [session]).to_pylist()
    sectors = read_packed(url, "picture_sectors", [scan, session, WEAK])
    top = read_packed(url, "picture_rank_changes", [scan, session, SHOWN_RANKS])
    return Contents(
        scan=scan,
        session=session,
        market=MarketBreadth(**_numbers(market)),
        breadth=_history(breadth, days, BREADTH_LINES, 100.0),
        scores=_history(scores, days, SCORE_LINES, 1.0),
        sectors=tuple(SectorCells(**_numbers(row)) for row in sectors.to_pylist()),
        rank_changes=tuple(RankChange(**row) for row in top.to_pylist()),
    )


def _history(
    rows: pa.Table, days: tuple[date, ...], lines: Mapping[str, str], scale: float
) -> History:
    """A line for each column named, NaN in the sessions of which there is no row."""
    at = {day: place for place, day in enumerate(rows["session"].to_pylist())}
    return History(
        days, tuple(Line(lines[name], _along(rows, name, days, at, scale)) for name in lines)
    )


def _along(
    rows: pa.Table, name: str, days: tuple[date, ...], at: Mapping[date, int], scale: float
) -> tuple[float, ...]:
    values = [_number(value) * scale for value in rows[name].to_pylist()]
    return tuple(values[at[day]] if day in at else math.nan for day in days)


def _numbers(row: dict) -> dict:
    return {name: math.nan if value is None else value for name, value in row.items()}


def _number(value: float | None) -> float:
    return math.nan if value is None else value
