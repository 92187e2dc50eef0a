"""Tickers that are taken over, handed on, exchanged and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest
import sqlalchemy as sa
from companies import LENGTH, TWIN, Appearance, indicators_of, symbol_of, trade
from contents import query

from technic_pipeline.sources import TickerChange
from technic_pipeline.store.ticker_changes import TickerChangesReport, apply_ticker_changes

CHANGE = 15
ACME = [TWIN, Appearance("acme", "OLD", 0, CHANGE), Appearance("acme", "NEW", CHANGE, LENGTH)]
BEARERS = (
    "select ticker, valid_from, valid_to, symbol_id from symbol_tickers where ticker <> 'TWIN'"
    " order by ticker, valid_from"
)

Settle = Callable[[], None]
OneHistory = Callable[..., None]


@pytest.fixture
def renamed(sessions: list[date]) -> TickerChange:
    return TickerChange("OLD", "NEW", sessions[CHANGE])


@pytest.mark.parametrize("known_at", [CHANGE, 20, LENGTH], ids=["at once", "after a week", "last"])
def test_an_old_ticker_may_be_taken_by_another_company_from_the_change_on(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
    known_at: int,
) -> None:
    other = [
        Appearance("other", "OLD", CHANGE, LENGTH),
        Appearance("other", "PEER", CHANGE, LENGTH),
    ]
    trade(store, [*ACME, *other], sessions, range(known_at))
    settle()
    apply_ticker_changes(store, [renamed])
    trade(store, [*ACME, *other], sessions, range(known_at, LENGTH))
    settle()
    assert_one_history("NEW")
    last = sessions[-1]
    assert indicators_of(store, "OLD", last) == indicators_of(store, "PEER", last)
    assert len(indicators_of(store, "OLD", last)) == LENGTH - CHANGE
    current = "select ticker from symbols where merged_into is null order by 1"
    assert query(store, current) == [("NEW",), ("OLD",), ("PEER",), ("TWIN",)]


@pytest.mark.parametrize("known_at", [CHANGE, LENGTH], ids=["at once", "last"])
def test_a_new_ticker_may_have_been_another_securitys_that_stopped_trading(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
    known_at: int,
) -> None:
    gone = [Appearance("gone", "NEW", 0, 10), Appearance("gone", "PEER", 0, 10)]
    trade(store, [*ACME, *gone], sessions, range(known_at))
    settle()
    apply_ticker_changes(store, [renamed])
    trade(store, [*ACME, *gone], sessions, range(known_at, LENGTH))
    settle()
    assert_one_history("NEW")
    assert indicators_of(store, "NEW", sessions[9]) == indicators_of(store, "PEER", sessions[9])
    assert len(indicators_of(store, "NEW", sessions[9])) == 10
    assert query(store, "select count(*) from symbols where merged_into is not null") == [(0,)]


def test_the_bars_of_a_tickers_earlier_bearer_may_come_last(
    store: sa.Engine,
    sessions: list[date],
    renamed: TickerChange,
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    gone = [Appearance("gone", "NEW", 0, 10), Appearance("gone", "PEER", 0, 10)]
    trade(store, [*ACME, *gone], sessions, range(10, LENGTH))
    apply_ticker_changes(store, [renamed])
    trade(store, [*ACME, *gone], sessions, range(10))
    settle()
    assert_one_history("NEW")
    assert indicators_of(store, "NEW", sessions[9]) == indicators_of(store, "PEER", sessions[9])
    earlier = "select valid_from, valid_to from symbol_tickers where ticker = 'NEW' order by 1"
    day = renamed.effective_date
    assert query(store, earlier) == [(date(1, 1, 1), day), (day, date(9999, 12, 31))]


PARTS = {"A": range(10), "B": range(10, 20), "C": range(20, LENGTH)}


@pytest.mark.parametrize("order", [*permutations(PARTS)], ids="".join)
def test_a_chain_of_renames_is_one_history_in_whatever_order_its_parts_arrive(
    store: sa.Engine,
    sessions: list[date],
    settle: Settle,
    assert_one_history: OneHistory,
    order: tuple[str, ...],
) -> None:
    chain = [Appearance("acme", t, part.start, part.stop) for t, part in PARTS.items()]
    changes = [TickerChange("A", "B", sessions[10]), TickerChange("B", "C", sessions[20])]
    for ticker in order:
        trade(store, [TWIN, *chain], sessions, PARTS[ticker])
        apply_ticker_changes(store, changes)
    settle()
    assert_one_history("C")
    current = "select ticker, merged_into is null from symbols order by merged_into nulls first, 1"
    assert query(store, current)[:2] == [("C", True), ("TWIN", True)]
    assert query(store, "select count(distinct symbol_id) from symbol_tickers") == [(2,)]
    into = "select distinct merged_into from symbols where merged_into is not null"
    assert set(query(store, into)) <= {(symbol_of(store, "C", sessions[-1]),)}


def test_a_chain_holds_over_a_ticker_under_which_nothing_was_traded(
    store: sa.Engine, sessions: list[date], settle: Settle
) -> None:
    traded = [
        Appearance("acme", ticker, part.start, part.stop)
        for now, part in PARTS.items()
        for ticker in (now, "TWIN")
        if now != "B"
    ]
    trade(store, traded, sessions, [*PARTS["A"], *PARTS["C"]])
    changes = [TickerChange("A", "B", sessions[10]), TickerChange("B", "C", sessions[20])]
    assert apply_ticker_changes(store, changes).applied == 2
    settle()
    expected = indicators_of(store, "TWIN", sessions[-1])
    assert len(expected) == 20
    assert indicators_of(store, "C", sessions[-1]) == expected


def test_a_company_may_take_its_old_ticker_back(
    store: sa.Engine,
    sessions: list[date],
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    there_and_back = [
        Appearance("acme", "A", 0, 10),
        Appearance("acme", "B", 10, 20),
        Appearance("acme", "A", 20, LENGTH),
    ]
    changes = [TickerChange("A", "B", sessions[10]), TickerChange("B", "A", sessions[20])]
    trade(store, [TWIN, *there_and_back], sessions)
    apply_ticker_changes(store, changes)
    settle()
    assert_one_history("A")


def test_two_companies_may_exchange_their_tickers(
    store: sa.Engine,
    sessions: list[date],
    settle: Settle,
    assert_one_history: OneHistory,
) -> None:
    exchanged = [
        Appearance("acme", "A", 0, CHANGE),
        Appearance("acme", "B", CHANGE, LENGTH),
        Appearance("other", "B", 0, CHANGE),
        Appearance("other", "A", CHANGE, LENGTH),
        Appearance("other", "PEER", 0, LENGTH),
    ]
    day = sessions[CHANGE]
    trade(store, [TWIN, *exchanged], sessions)
    apply_ticker_changes(store, [TickerChange("A", "B", day), TickerChange("B", "A", day)])
    settle()
    assert_one_history("B")
    assert_one_history("A", twin="PEER")


def test_of_changes_that_contradict_each_other_one_takes_effect(
    store: sa.Engine, sessions: list[date], renamed: TickerChange, settle: Settle
) -> None:
    also = TickerChange("OLD", "TOO", renamed.effective_date)
    both = [*ACME, Appearance("other", "TOO", CHANGE, LENGTH)]
    trade(store, both, sessions)
    assert apply_ticker_changes(store, [renamed]).applied == 1
    assert apply_ticker_changes(store, [renamed, also]) == TickerChangesReport(2, 0, 0)
    settle()
