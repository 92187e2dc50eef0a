"""A ticker that a newly listed security takes over: the earlier bearer's history stays behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from companies import LENGTH, TWIN, Appearance, indicators_of, symbol_of, trade
from contents import contents, query

from technic_pipeline.sources import NEWLY_LISTED, TickerChange
from technic_pipeline.store.ticker_changes import TickerChangesReport, apply_ticker_changes

LISTED = 18
GONE, NEW = Appearance("gone", "T", 0, 10), Appearance("acme", "T", LISTED, LENGTH)
PEERS = [Appearance("gone", "PEER", 0, 10), Appearance("acme", "YOUNG", LISTED, LENGTH)]
MARKET = [TWIN, GONE, NEW, *PEERS]

Settle = Callable[[], None]


@pytest.fixture
def listing(sessions: list[date]) -> TickerChange:
    return TickerChange(NEWLY_LISTED, "T", sessions[LISTED])


@pytest.mark.parametrize("known_at", [12, LISTED, 25, LENGTH], ids=str)
def test_the_new_bearer_starts_a_history_of_its_own_whenever_that_becomes_known(
    store: sa.Engine, sessions: list[date], listing: TickerChange, settle: Settle, known_at: int
) -> None:
    trade(store, MARKET, sessions, range(known_at))
    settle()
    late = max(known_at - LISTED, 0)
    assert apply_ticker_changes(store, [listing]) == TickerChangesReport(1, 1, repointed=late)
    trade(store, MARKET, sessions, range(known_at, LENGTH))
    settle()
    for ticker, peer, day, length in (("T", "PEER", 5, 10), ("T", "YOUNG", -1, LENGTH - LISTED)):
        rows = indicators_of(store, ticker, sessions[day])
        assert rows == indicators_of(store, peer, sessions[day])
        assert len(rows) == length
    assert symbol_of(store, "T", sessions[5]) != symbol_of(store, "T", sessions[-1])


def test_a_listing_of_a_ticker_that_nobody_had_changes_nothing(
    store: sa.Engine, sessions: list[date], settle: Settle
) -> None:
    trade(store, MARKET, sessions)
    settle()
    before = contents(store)
    unknown = TickerChange(NEWLY_LISTED, "NEVER", sessions[LISTED])
    first = TickerChange(NEWLY_LISTED, "TWIN", sessions[0])
    assert apply_ticker_changes(store, [unknown, first]).applied == 0
    after = contents(store)
    assert {t: rows for t, rows in after.items() if t != "ticker_changes"} == {
        t: rows for t, rows in before.items() if t != "ticker_changes"
    }


def test_the_new_bearer_may_be_renamed_and_only_its_own_history_follows(
    store: sa.Engine, sessions: list[date], listing: TickerChange, settle: Settle
) -> None:
    until = Appearance("acme", "T", LISTED, 24)
    after = Appearance("acme", "U", 24, LENGTH)
    trade(store, [TWIN, GONE, until, after, *PEERS], sessions)
    renamed = TickerChange("T", "U", sessions[24])
    for change in (renamed, listing):
        apply_ticker_changes(store, [change])
        settle()
    rows = indicators_of(store, "U", sessions[-1])
    assert rows == indicators_of(store, "YOUNG", sessions[-1])
    assert indicators_of(store, "T", sessions[5]) == indicators_of(store, "PEER", sessions[5])


def test_many_listings_on_one_day_are_families_of_their_own(
    store: sa.Engine, sessions: list[date]
) -> None:
    pairs = [
        appearance
        for number in range(20)
        for appearance in (
            Appearance(f"old{number}", f"T{number}", 0, 10),
            Appearance(f"new{number}", f"T{number}", LISTED, LENGTH),
        )
    ]
    trade(store, [TWIN, *pairs], sessions)
    day = sessions[LISTED]
    changes = [TickerChange(NEWLY_LISTED, f"T{number}", day) for number in range(20)]
    assert apply_ticker_changes(store, changes).applied == 20
    assert query(store, "select count(distinct symbol_id) from daily_bars") == [(41,)]
