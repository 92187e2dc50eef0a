"""Bars and splits as their files have them, and the bars adjusted as of a session."""

import csv
import gzip
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RawBar:
    """One symbol's bar of one session, as traded; volume in shares."""

    session: date
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True)
class SplitEvent:
    """`split_from` old shares became `split_to` new ones on the execution date."""

    execution_date: date
    split_from: float
    split_to: float


def read_raw_bars(root: Path) -> dict[str, list[RawBar]]:
    """Return ticker -> its valid bars in session order, from every day file under `root`.

    A row is left out when a price is not finite and positive, when the open or close lies outside
    low..high, when the volume is not finite or is negative, or when its ticker stands twice.
    Raises ValueError where a file's lines differ in length or a number cannot be read.
    """
    bars: dict[str, list[RawBar]] = {}
    files = (root / "us_stocks_sip" / "day_aggs_v1").glob("*/*/*.csv.gz")
    for path in sorted(files, key=lambda path: path.name):
        for ticker, bar in _valid_rows(path):
            bars.setdefault(ticker, []).append(bar)
    return bars


def _valid_rows(path: Path) -> Iterator[tuple[str, RawBar]]:
    session = date.fromisoformat(path.name.removesuffix(".csv.gz"))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        columns = {name: values for name, *values in zip(*csv.reader(file), strict=True)}
    count = Counter(columns["ticker"])
    numbers = (map(float, columns[name]) for name in ("open", "high", "low", "close", "volume"))
    for ticker, bar in zip(columns["ticker"], map(RawBar, repeat(session), *numbers), strict=True):
        if count[ticker] == 1 and _is_valid(bar):
            yield ticker, bar


def _is_valid(bar: RawBar) -> bool:
    # Every comparison with NaN is false, so a NaN anywhere fails the chain it stands in.
    return (
        0 < bar.low <= bar.open <= bar.high < math.inf
        and bar.low <= bar.close <= bar.high
        and 0 <= bar.volume < math.inf
    )


def read_splits(root: Path) -> dict[str, list[SplitEvent]]:
    """Return ticker -> its splits by execution date, one a date.

    Records of one date with the same ratio are one split; of a date with different ratios none is
    returned.
    """
    records = json.loads((root / "splits.json").read_text(encoding="utf-8"))["results"]
    by_day: dict[tuple[str, date], list[SplitEvent]] = {}
    for record in records:
        executed = date.fromisoformat(record["execution_date"])
        split = SplitEvent(executed, float(record["split_from"]), float(record["split_to"]))
        by_day.setdefault((record["ticker"], executed), []).append(split)
    splits: dict[str, list[SplitEvent]] = {}
    for (ticker, _), same_day in sorted(by_day.items()):
        if len({split.split_from / split.split_to for split in same_day}) == 1:
            splits.setdefault(ticker, []).append(same_day[0])
    return splits


def adjusted(bars: list[RawBar], splits: list[SplitEvent], upto: int) -> list[RawBar]:
    """Return bars[0..upto], each adjusted by the splits after it that bars[upto] has seen."""
    today = bars[upto].session
    effective = [split for split in splits if split.execution_date <= today]
    return [_adjusted_bar(bar, effective) for bar in bars[: upto + 1]]


def _adjusted_bar(bar: RawBar, effective: list[SplitEvent]) -> RawBar:
    later = [split for split in effective if bar.session < split.execution_date]
    if not later:
        return bar
    product_from = math.prod(split.split_from for split in later)
    product_to = math.prod(split.split_to for split in later)
    factor = product_from / product_to
    return replace(
        bar,
        open=bar.open * factor,
        high=bar.high * factor,
        low=bar.low * factor,
        close=bar.close * factor,
        volume=bar.volume * product_to / product_from,
    )
