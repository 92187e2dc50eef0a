"""The real sessions give the same rows whether they come at once, in order, or wrong and shuffled.

By default about a hundred symbols; all of them where TECHNIC_TEST_ALL_SYMBOLS is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database
from following import NOWHERE, follow
from real_files import CHANGES, GHOST, RealFiles, chosen_tickers
from state_entries import StateEntries
from whole_load import BARS, ROWS, digest

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.ticker_changes import apply_ticker_changes

# Read here, because a test does not see the settings of the person who tests.
ALL_SYMBOLS = bool(os.environ.get("TECHNIC_TEST_ALL_SYMBOLS"))
SPLITS, OTHERS = 40, 40
SESSIONS_A_CHUNK = 25
# Everything current but ids, which depend on the order of arrival. Long tables as digests.
LONG = {"daily_bars": BARS, "indicators": ROWS}
SHORT = {
    "symbols": "select ticker, first_session, last_session from symbols"
    " where first_session is not null",
    "splits": "select s.ticker, s.first_session, execution_date, split_from, split_to"
    " from splits join symbols s using (symbol_id) where known_to is null",
    "symbol_tickers": "select t.ticker, valid_from, valid_to, s.ticker"
    " from symbol_tickers t join symbols s using (symbol_id)"
    f" where t.ticker <> '{GHOST}'",
}

Contents = dict[str, str | list[tuple]]
Chunks = list[list[date]]


class Evenings:
    """A database into which payloads come, some at a time."""

    def __init__(self, url: str, redis_url: str, files: RealFiles) -> None:
        self._url, self._redis_url, self._files = url, redis_url, files
        self.engine = engine_for(url)

    def arrive(self, payloads: Iterable[SessionBars]) -> None:
        """Payloads come, and what is listed; then the indicators follow."""
        for bars in payloads:
            ingest(self.engine, bars, confirm_removals=True)
        apply_ticker_changes(self.engine, CHANGES)
        record_splits(self.engine, self._files.splits)
        follow(self._url, self._redis_url, self.engine, self._files.calendar)

    def contents(self) -> Contents:
        """What the tables hold."""
        with self.engine.connect() as connection:
            short = {
                table: sorted(map(tuple, connection.execute(sa.text(rows))), key=repr)
                for table, rows in SHORT.items()
            }
        return {table: digest(self.engine, rows) for table, rows in LONG.items()} | short


@pytest.fixture(scope="module")
def files(real_data: Path, calendar: Calendar) -> RealFiles:
    found = FlatFiles.open(real_data, calendar)
    _, newest = found.offered()
    kept = None if ALL_SYMBOLS else chosen_tickers(found, newest, SPLITS, OTHERS)
    return RealFiles(found, calendar, kept)


@pytest.fixture(scope="module")
def whole(servers: Endpoints, files: RealFiles) -> Iterator[Contents]:
    """What a load in one go gives, without any state."""
    for evenings in _own_evenings(servers, NOWHERE, files):
        evenings.arrive(map(files.true, files.sessions))
        yield evenings.contents()


@pytest.fixture
def evenings(servers: Endpoints, files: RealFiles) -> Iterator[Evenings]:
    StateEntries(servers.redis_url).lose()
    yield from _own_evenings(servers, servers.redis_url, files)


_number = count()


def _own_evenings(servers: Endpoints, redis_url: str, files: RealFiles) -> Iterator[Evenings]:
    name = f"real_arrivals_{next(_number)}"
    url = create_database(servers, name, TEMPLATE) + "&options=-c%20synchronous_commit%3Doff"
    ensure_partitions(engine_for(url), files.sessions[0], files.sessions[-1])
    yield Evenings(url, redis_url, files)
    engine_for(url).dispose()
    drop_database(servers, name)


def _shuffled_chunks(sessions: list[date], seed: int) -> Chunks:
    """Stretches of sessions in any order, and within each its sessions in any."""
    starts = range(0, len(sessions), SESSIONS_A_CHUNK)
    chance = Random(seed)  # noqa: S311 - nobody must guess it
    chunks = [sessions[start : start + SESSIONS_A_CHUNK] for start in starts]
    for chunk in chunks:
        chance.shuffle(chunk)
    chance.shuffle(chunks)
    return chunks


def _differing(found: Contents, whole: Contents) -> dict[str, object]:
    """The tables that differ, with the rows that only one side has where rows are known."""
    return {
        table: "other bits" if isinstance(rows, str) else set(rows) ^ set(whole[table])
        for table, rows in found.items()
        if rows != whole[table]
    }


def test_one_session_an_evening(evenings: Evenings, files: RealFiles, whole: Contents) -> None:
    for session in files.sessions:
        evenings.arrive([files.true(session)])

    assert _differing(evenings.contents(), whole) == {}


def test_in_shuffled_parts_half_of_them_faulty_and_replaced_later(
    evenings: Evenings, servers: Endpoints, files: RealFiles, whole: Contents
) -> None:
    faulty = set(files.sessions[: len(files.sessions) // 2])

    for number, chunk in enumerate(_shuffled_chunks(files.sessions, seed=1)):
        evenings.arrive(files.faulty(s) if s in faulty else files.true(s) for s in chunk)
        if number % 5 == 3:
            StateEntries(servers.redis_url).lose()
    assert evenings.contents()["indicators"] != whole["indicators"]
    for chunk in _shuffled_chunks(sorted(faulty), seed=2):
        evenings.arrive(map(files.true, chunk))

    assert _differing(evenings.contents(), whole) == {}


def test_the_whole_load_has_what_makes_arrival_hard(files: RealFiles) -> None:
    tickers = {s: set(files.true(s).ticker.to_pylist()) for s in files.sessions}
    traded = set().union(*tickers.values())

    assert all(c.old_ticker in tickers[files.calendar.before(c.effective_date, 1)] for c in CHANGES)
    assert all(c.new_ticker in tickers[c.effective_date] for c in CHANGES)
    assert len({split.ticker for split in files.splits} & traded) >= 30
    assert GHOST not in traded
