"""A rename carries the history on, whenever it becomes known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from companies import LENGTH, TWIN, Appearance, symbol_of, trade
from contents import contents, query

from technic_pipeline.sources import Split, TickerChange
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.ticker_changes import TickerChangesReport, apply_ticker_changes

CHANGE = 15
ACME = [TWIN, Appearance("acme", "OLD", 0, CHANGE), Appearance("acme", "NEW", CHANGE, LENGTH)]
BEARERS = (
    "select ticker, valid_from, valid_to, symbol_id from symbol_tickers where ticker <> 'TWIN'"
    " order by ticker, valid_from"
)
ALWAYS, FOREVER = date(1, 1, 1), date(9999, 12, 31)

Settle = Callable[[], None]
OneHistory = Callable[..., None]


@pytest.fixture
def renamed(sessions: list[date]) -> TickerChange:
    return TickerChange("OLD", "NEW", sessions[CHANGE])


def test_a_rename_known_before_any_bar_of_the_new_ticker_goes_on_with_the_history(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    trade(store, ACME, sessions, range(CHANGE))
    settle()
    assert apply_ticker_changes(store, [renamed]) == TickerChangesReport(1, applied=1, repointed=0)
    trade(store, ACME, sessions, range(CHANGE, LENGTH))
    settle()
    assert_one_history("NEW")
    day = sessions[CHANGE]
    assert query(store, BEARERS) == [("NEW", day, FOREVER, 1), ("OLD", ALWAYS, day, 1)]
    assert query(store, "select symbol_id, ticker from symbols order by 1") == [
        (1, "NEW"),
        (2, "TWIN"),
    ]
    assert query(store, "select count(*) from bar_revisions") == [(0,)]


def test_a_rename_learned_late_moves_the_bars_and_says_from_where(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    trade(store, ACME, sessions)
    settle()
    day, moved = sessions[CHANGE], LENGTH - CHANGE
    old, new = symbol_of(store, "OLD", day), symbol_of(store, "NEW", day)
    assert apply_ticker_changes(store, [renamed]) == TickerChangesReport(1, 1, repointed=moved)
    kept = (
        "select symbol_id, ticker, change, replaced_by, count(*), min(session)"
        " from bar_revisions group by 1, 2, 3, 4"
    )
    assert query(store, kept) == [(new, "NEW", "repointed", None, moved, day)]
    pending = "select symbol_id, from_session from pending_changes order by 1"
    assert query(store, pending) == [(old, day), (new, day)]
    settle()
    assert_one_history("NEW")
    described = (
        "select ticker, merged_into, first_session, last_session from symbols where symbol_id = :id"
    )
    assert query(store, described, id=old) == [("NEW", None, sessions[0], sessions[-1])]
    assert query(store, described, id=new) == [("NEW", old, None, None)]
    assert query(
        store,
        "select ticker, count(*) from daily_bars where symbol_id = :id group by 1 order by 1",
        id=old,
    ) == [("NEW", moved), ("OLD", CHANGE)]


def test_the_same_changes_again_change_nothing(
    store: sa.Engine, sessions: list[date], renamed: TickerChange, settle: Settle
) -> None:
    trade(store, ACME, sessions)
    apply_ticker_changes(store, [renamed])
    settle()
    before = contents(store)
    for listed in ([renamed], [renamed, renamed], []):
        assert apply_ticker_changes(store, listed) == TickerChangesReport(len(listed), 0, 0)
    assert contents(store) == before


def test_a_change_whose_old_ticker_never_traded_waits_until_it_does(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    trade(store, ACME, sessions, range(CHANGE, LENGTH))
    settle()
    before = query(store, BEARERS)
    assert apply_ticker_changes(store, [renamed]).applied == 0
    assert query(store, BEARERS) == before
    assert query(store, "select applied_at from ticker_changes") == [(None,)]
    trade(store, ACME, sessions, reversed(range(CHANGE)))
    # The source need not list it again.
    assert apply_ticker_changes(store, []).applied == 1
    settle()
    assert_one_history("NEW")


def test_a_company_that_took_the_old_ticker_later_is_not_the_one_that_changed(
    store: sa.Engine, sessions: list[date], settle: Settle
) -> None:
    """As in a database that begins after the change."""
    listed = [Appearance("acme", "NEW", 0, LENGTH), Appearance("other", "OLD", 0, LENGTH)]
    trade(store, listed, sessions)
    settle()
    before = query(store, BEARERS)
    long_ago = TickerChange("OLD", "NEW", date(2012, 6, 1))
    assert apply_ticker_changes(store, [long_ago]) == TickerChangesReport(1, 0, 0)
    assert query(store, BEARERS) == before


def test_a_split_under_either_ticker_adjusts_the_whole_history(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    splits = [
        Split("OLD", sessions[5], 1.0, 2.0),
        Split("NEW", sessions[CHANGE], 10.0, 1.0),
        *(
            Split("TWIN", sessions[at], *ratio)
            for at, ratio in ((5, (1.0, 2.0)), (CHANGE, (10.0, 1.0)))
        ),
    ]
    trade(store, ACME, sessions)
    record_splits(store, splits)
    settle()
    apply_ticker_changes(store, [renamed])
    record_splits(store, splits)
    settle()
    assert_one_history("NEW")
    known = "select count(*) from splits where known_to is null and symbol_id = :id"
    assert query(store, known, id=symbol_of(store, "NEW", sessions[-1])) == [(2,)]
