"""A small market's files, as they lie there on one evening after the other."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

from technic_pipeline.sessions import load_calendar
from technic_pipeline.sources import Split
from technic_pipeline.sources.simulated import SimulatedMarket
from tests.vendor_directory import TICKER_COLUMNS, write_day

SYMBOLS = 60
# With this seed one evening brings a rename, a listing, ratios and a corrected bar.
SEED = 115
CALENDAR = load_calendar("XNYS")
EVENING, NEXT_EVENING = date(2020, 2, 25), date(2020, 2, 26)
# Four weeks, so that Redis has states of three.
FIRST, BEFORE = CALENDAR.before(EVENING, 18), CALENDAR.before(EVENING, 1)
EVENINGS = (BEFORE, EVENING, NEXT_EVENING)
# What becomes known that evening and reaches back: whole histories are computed anew.
LATE_SPLIT = Split("JENUV", date(2020, 2, 18), 2.0, 1.0, "late")
LATE_EXPLANATION = {"type": "jump_explained", "date": "2020-02-20", "ticker": "XAZIJ"}


def write_evenings(root: Path) -> None:
    """A directory for each of `EVENINGS`, named by its date, as a person would have it then."""
    for evening in EVENINGS:
        offered = len(CALENDAR.between(FIRST, evening))
        source = SimulatedMarket(SYMBOLS, offered, SEED, CALENDAR, evening)
        directory = root / str(evening)
        directory.mkdir(parents=True)
        for session in CALENDAR.between(FIRST, evening):
            write_day(directory, source.bars(session))
        _write_lists(directory, source, evening)


def _write_lists(directory: Path, source: SimulatedMarket, evening: date) -> None:
    late = evening >= EVENING
    splits = [*source.splits(), *([LATE_SPLIT] if late else [])]
    listed = {
        "splits": [{**asdict(split), "id": split.source_id} for split in splits],
        "ratios": [{**asdict(told), "date": told.known_on} for told in source.ratios()],
        "ticker_events": [
            *({"events": _events(change)} for change in source.ticker_changes()),
            *([{"events": [LATE_EXPLANATION]}] if late else []),
        ],
    }
    for name, results in listed.items():
        text = json.dumps({"results": results}, default=str)
        (directory / f"{name}.json").write_text(text, encoding="utf-8")
    with (directory / "tickers.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(TICKER_COLUMNS)
        rows.writerows(map(attrgetter(*TICKER_COLUMNS.values()), source.descriptions()))


def _events(change: Any) -> list[dict[str, Any]]:
    return [
        {"type": "ticker_change", "date": day, "ticker_change": {"ticker": ticker}}
        for day, ticker in (
            (date.min, change.old_ticker),
            (change.effective_date, change.new_ticker),
        )
    ]
