"""A simulated market written out as a vendor's files."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import asdict
from datetime import date, datetime, time
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.flatfiles import DAY_FILES, NEW_YORK
from technic_pipeline.sources.simulated import SimulatedMarket

NUMBERS = ("volume", "open", "close", "high", "low")
DAY_COLUMNS = ("ticker", *NUMBERS, "window_start", "transactions")
# The heading of each in the file, and what it is here.
TICKER_COLUMNS = {
    "ticker": "ticker",
    "name": "name",
    "type": "type",
    "primary_exchange": "exchange",
    "sector": "sector",
    "industry": "industry",
}


def write_lists(root: Path, source: SimulatedMarket, session: date) -> None:
    """Every split and every symbol, and the ratios that became known on the session's day."""
    splits = [{**asdict(split), "id": split.source_id} for split in source.splits()]
    ratios = [
        {**asdict(told), "date": told.known_on}
        for told in source.ratios()
        if told.known_on == session
    ]
    for name, results in (("splits", splits), ("ratios", ratios)):
        text = json.dumps({"results": results}, default=str)
        (root / f"{name}.json").write_text(text, encoding="utf-8")
    with (root / "tickers.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(TICKER_COLUMNS)
        told = attrgetter(*TICKER_COLUMNS.values())
        rows.writerows(told(symbol) for symbol in source.descriptions())


def day_file(root: Path, session: date) -> Path:
    """Where a session's file lies."""
    return root / DAY_FILES / f"{session:%Y/%m/%Y-%m-%d}.csv.gz"


def write_day(root: Path, payload: SessionBars) -> None:
    """The day file of a payload."""
    path = day_file(root, payload.session)
    path.parent.mkdir(parents=True, exist_ok=True)
    start = int(datetime.combine(payload.session, time(), ZoneInfo(NEW_YORK)).timestamp()) * 10**9
    rows = zip(
        payload.ticker.to_pylist(),
        *(getattr(payload, name).tolist() for name in NUMBERS),
        repeat(start),
        payload.transactions.tolist(),
        strict=False,
    )
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(DAY_COLUMNS)
        written.writerows(rows)
