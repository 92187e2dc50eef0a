"""Renames and reused tickers that the vendor shows in its lists, whenever they become known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from evenings import Evenings

from technic_pipeline.cli.reference import fill_reference
from technic_pipeline.pipeline import open_pipeline
from technic_pipeline.settings import load_settings
from technic_pipeline.simulated_exchange import SimulatedExchange
from technic_pipeline.simulated_exchange.bars import Row
from technic_pipeline.sources import SymbolDescription, TickerChange

FIRST, BEFORE, RENAMED = date(2025, 9, 2), date(2025, 9, 8), date(2025, 9, 9)
AFTER, LATER = date(2025, 9, 10), date(2025, 9, 12)
SYMBOLS_OF = """
select distinct t.symbol_id, b.ticker, count(*) over (partition by t.symbol_id)
from daily_bars b join symbol_tickers t using (symbol_id) where t.ticker = :ticker
"""


@pytest.fixture
def company(exchange: SimulatedExchange) -> SymbolDescription:
    """A company with a FIGI that trades every session."""
    traded = exchange.market.bars(FIRST).ticker.to_pylist()
    companies = [one for one in exchange.listed() if one.type == "CS" and one.ticker in traded]
    return next(one for one in companies if one.composite_figi and one.active)


@pytest.fixture
def renamed(exchange: SimulatedExchange, company: SymbolDescription) -> TickerChange:
    change = TickerChange(company.ticker, "QNEW", RENAMED)
    exchange.renames = [change]
    return change


def bearers(evenings: Evenings, *tickers: str) -> list[tuple]:
    """Whose the bars of some tickers are, and how many."""
    return evenings.query(
        "select symbol_id, array_agg(distinct ticker order by ticker), count(*) from daily_bars"
        " where ticker = any(:tickers) group by symbol_id order by symbol_id",
        tickers=list(tickers),
    )


def test_a_rename_seen_in_the_next_days_list_moves_the_bars_back_to_their_symbol(
    evenings: Evenings, renamed: TickerChange
) -> None:
    evenings.go(FIRST, BEFORE)
    evenings.go(RENAMED)
    assert len(bearers(evenings, renamed.old_ticker, "QNEW")) == 2
    evenings.a_day_passes()
    calls = evenings.go(AFTER)
    [(_, tickers, bars)] = bearers(evenings, renamed.old_ticker, "QNEW")
    assert (tickers, bars) == (sorted([renamed.old_ticker, "QNEW"]), 7)
    assert sum(n for path, n in calls.items() if path.endswith("/events")) == 1
    moved = evenings.query("select distinct change from bar_revisions where change = 'repointed'")
    assert moved == [("repointed",)]
    evenings.assert_equal_to_a_rebuild()


def test_a_rename_from_before_the_first_list_is_found_when_companies_are_asked_for(
    evenings: Evenings, renamed: TickerChange
) -> None:
    evenings.go(FIRST, AFTER)
    assert len(bearers(evenings, renamed.old_ticker, "QNEW")) == 2
    fill_reference(open_pipeline(load_settings()))
    [(_, _, bars)] = bearers(evenings, renamed.old_ticker, "QNEW")
    assert bars == 7
    evenings.go(date(2025, 9, 11))
    evenings.assert_equal_to_a_rebuild()
    # Every company that was asked for has its sector, and none is asked for again.
    unknown = (
        "select count(*) from symbol_details join symbols using (symbol_id)"
        " where sic_code is not null and sector is null and merged_into is null"
    )
    assert evenings.query(unknown) == [(0,)]
    before = evenings.exchange.calls.copy()
    fill_reference(open_pipeline(load_settings()))
    assert set(evenings.exchange.calls - before) == {"/v3/reference/tickers"}


def test_a_ticker_given_to_another_company_starts_a_history_of_its_own(
    evenings: Evenings, exchange: SimulatedExchange, company: SymbolDescription
) -> None:
    heir = next(
        one
        for one in exchange.listed()
        if one.composite_figi not in {None, company.composite_figi} and one.type == "CS"
        and one.active and one.ticker in exchange.market.bars(FIRST).ticker.to_pylist()
    )  # fmt: skip
    ended, begun = date(2025, 9, 4), date(2025, 9, 24)
    _hand_over(exchange, company, heir, ended, begun)
    evenings.go(FIRST, date(2025, 9, 22))
    evenings.a_day_passes()
    evenings.go(date(2025, 9, 23), date(2025, 9, 24))
    evenings.a_day_passes()
    evenings.go(date(2025, 9, 25))
    assert [(tickers, bars) for _, tickers, bars in bearers(evenings, company.ticker)] == [
        ([company.ticker], 2),
        ([company.ticker], 2),
    ]
    evenings.assert_equal_to_a_rebuild()


def _hand_over(
    exchange: SimulatedExchange,
    gone: SymbolDescription,
    heir: SymbolDescription,
    ended: date,
    begun: date,
) -> None:
    """One company stops trading on a day, and on another one begins under its ticker."""

    def rows(day: date, traded: list[Row]) -> list[Row]:
        kept = [r for r in traded if r["T"] not in {gone.ticker, heir.ticker}]
        if day < ended:
            return kept + [r for r in traded if r["T"] == gone.ticker]
        taken = [r | {"T": gone.ticker} for r in traded if r["T"] == heir.ticker]
        return kept + (taken if day >= begun else [])

    def listed(today: date, known: list[SymbolDescription]) -> list[SymbolDescription]:
        kept = [o for o in known if o.ticker not in {gone.ticker, heir.ticker}]
        old = replace(gone, active=today < ended)
        new = replace(heir, ticker=gone.ticker, list_date=begun)
        return [*kept, old, *([new] if today >= begun else [])]

    exchange.edit_rows, exchange.edit_listed = rows, listed
