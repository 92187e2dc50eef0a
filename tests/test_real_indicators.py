"""Real bars, straight from their files: every symbol's columns on three sessions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from histories import Symbol
from oracle import SplitEvent, read_raw_bars, read_splits
from row_agreement import disagreements

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, SplitRecords
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.store.corporate_actions import judge_splits
from technic_pipeline.store.validation import judge

COMPARED = [date(2016, 12, 30), date(2016, 5, 27), date(2015, 8, 12)]
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Market:
    """Our reading of the files: who the symbols are, and their bars."""

    tickers: list[str]
    history: BarHistory


@pytest.fixture(scope="module")
def ours(real_data: Path, calendar: Calendar) -> Market:
    """The files as the pipeline reads them, a ticker being one symbol all along."""
    files = FlatFiles.open(real_data, calendar)
    tickers, columns = [], defaultdict(list)
    for session in calendar.between(*files.offered()):
        bars = files.bars(session)
        accepted = judge(bars).accepted
        tickers.append(np.array(bars.ticker.to_pylist(), dtype=object)[accepted])
        columns["session"].append(np.full(len(accepted), session, dtype="datetime64[D]"))
        for name in COLUMNS:
            columns[name].append(getattr(bars, name)[accepted])
    names, symbol = np.unique(np.concatenate(tickers), return_inverse=True)
    order = np.argsort(symbol, kind="stable")
    numbers = {name: np.concatenate(parts)[order] for name, parts in columns.items()}
    history = BarHistory(
        symbol_id=np.arange(len(names), dtype=np.int32),
        start=np.searchsorted(symbol[order], np.arange(len(names) + 1)),
        ordinal=calendar.ordinals(numbers["session"]),
        splits=split_records(files, names.tolist()),
        **numbers,
    )
    return Market(names.tolist(), history)


def split_records(files: FlatFiles, tickers: list[str]) -> SplitRecords:
    accepted, _ = judge_splits(files.splits() or [])
    at = {ticker: number for number, ticker in enumerate(tickers)}
    known = [(at[s.ticker], s.execution_date, s) for s in accepted if s.ticker in at]
    known.sort(key=lambda entry: entry[:2])
    return SplitRecords(
        symbol=np.array([symbol for symbol, _, _ in known], dtype=np.int64),
        execution_date=np.array([day for _, day, _ in known], dtype="datetime64[D]"),
        split_from=np.array([s.split_from for *_, s in known], dtype=np.float64),
        split_to=np.array([s.split_to for *_, s in known], dtype=np.float64),
    )


@pytest.fixture(scope="module")
def computed(ours: Market) -> dict[date, dict[str, list[float]]]:
    """Session -> ticker -> our columns, from whole histories, later bars and splits included."""
    first = ours.history.first_bar_from(
        np.full(len(ours.tickers), min(COMPARED), dtype="datetime64[D]")
    )
    rows = compute(Cpu(), ours.history, first, REGISTRY, STORED_COLUMNS)
    found = {}
    for session in COMPARED:
        of_session = np.flatnonzero(rows.session == np.datetime64(session, "D"))
        found[session] = {
            ours.tickers[rows.symbol_id[row]]: rows.values[row].tolist() for row in of_session
        }
    return found


@pytest.fixture(scope="module")
def theirs(real_data: Path) -> dict[str, Symbol]:
    """The files as the oracle reads them."""
    splits = read_splits(real_data)
    return {
        ticker: Symbol(bars, splits.get(ticker, []))
        for ticker, bars in read_raw_bars(real_data).items()
    }


def effective(symbol: Symbol, session: date) -> list[SplitEvent]:
    """The splits that have changed the symbol's bars by a session."""
    first = symbol.bars[0].session
    return [s for s in symbol.splits if first < s.execution_date <= session]


@pytest.mark.parametrize("session", COMPARED, ids=str)
def test_every_column_of_every_symbol_agrees_with_the_oracle(
    session: date,
    computed: dict[date, dict[str, list[float]]],
    theirs: dict[str, Symbol],
    calendar: Calendar,
) -> None:
    sessions = calendar.days.tolist()
    compared, wrong = set(), []
    for ticker, symbol in theirs.items():
        at = next((i for i, bar in enumerate(symbol.bars) if bar.session == session), None)
        if at is None:
            continue
        compared.add(ticker)
        found = disagreements(symbol, at, computed[session][ticker], sessions)
        wrong += [f"{ticker}: {difference}" for difference in found]
    assert wrong == []
    assert compared == computed[session].keys()
    assert len(compared) > 5_000


@pytest.mark.parametrize("session", COMPARED, ids=str)
def test_symbols_with_every_kind_of_split_are_among_them(
    session: date, computed: dict[date, dict[str, list[float]]], theirs: dict[str, Symbol]
) -> None:
    splits = {ticker: effective(theirs[ticker], session) for ticker in computed[session]}
    ratios = [(s.split_from, s.split_to) for some in splits.values() for s in some]
    assert (2, 3) in ratios, "a 3:2 split"
    assert (10, 1) in ratios, "a reverse split of 1:10"
    assert max(len(some) for some in splits.values()) >= 2, "two successive splits"
