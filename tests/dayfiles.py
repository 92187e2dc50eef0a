"""Writes day files as the vendor lays them out."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from technic_pipeline.sources.flatfiles import DAY_FILES

HEADER = "ticker,volume,open,close,high,low,window_start,transactions"
NEW_YORK = ZoneInfo("America/New_York")


def write_day(root: Path, session: date, closes: Mapping[str, float], volume: float = 1e6) -> Path:
    """One session in which every ticker closes at a price, one per cent above its low."""
    midnight = datetime(session.year, session.month, session.day, tzinfo=NEW_YORK)
    start = int(midnight.timestamp()) * 10**9
    lines = [
        f"{ticker},{volume},{close},{close},{close},{close * 0.99},{start},"
        for ticker, close in closes.items()
    ]
    path = root / DAY_FILES / f"{session:%Y/%m/%Y-%m-%d}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join([HEADER, *lines, ""]).encode()))
    return path


def write_market(root: Path, sessions: list[date], tickers: list[str]) -> None:
    """A quiet, liquid market: ticker i drifts by i tenths of a per mille a session."""
    for age, session in enumerate(sessions):
        closes = {t: round(20.0 * (1 + i * 1e-4) ** age, 4) for i, t in enumerate(tickers)}
        write_day(root, session, closes)


def weekdays(first: date, count: int) -> list[date]:
    """Days that are no weekend, which is all that a test without holidays needs."""
    days = [first + timedelta(days=i) for i in range(2 * count + 7)]
    return [day for day in days if day.weekday() < 5][:count]
