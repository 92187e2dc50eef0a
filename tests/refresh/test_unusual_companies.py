"""What one company's odd answer does to an evening or a first load: as little as it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from evenings import Evenings

from technic_pipeline.cli.reference import fill_reference
from technic_pipeline.errors import PlanTooSmall
from technic_pipeline.pipeline import open_pipeline
from technic_pipeline.refresh import companies
from technic_pipeline.refresh.companies import ask_for
from technic_pipeline.refresh.lists import vendor_of
from technic_pipeline.settings import load_settings
from technic_pipeline.simulated_exchange import Fault, SimulatedExchange
from technic_pipeline.sources import TickerChange
from technic_pipeline.store.symbol_details import symbols_to_ask

FIRST, LAST, NEXT = date(2025, 9, 2), date(2025, 9, 8), date(2025, 9, 9)
DETAILS = "/v3/reference/tickers/"
Odd = Callable[[SimulatedExchange], None]


def filled() -> None:
    fill_reference(open_pipeline(load_settings()))


def test_a_ticker_that_is_listed_twice_is_taken_once(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    exchange.edit_listed = lambda _, listed: [*listed, listed[0], replace(listed[1], name="Again")]
    evenings.go(FIRST, LAST)
    assert evenings.query("select count(*) from scan_runs where session = :last", last=LAST) == [
        (1,)
    ]


@pytest.mark.parametrize("kind", ["refused", "wrong_shape"])
def test_one_company_that_cannot_be_had_is_no_reason_to_go_without_the_others(
    evenings: Evenings, exchange: SimulatedExchange, kind: str
) -> None:
    evenings.go(FIRST, LAST)
    asked = len(symbols_to_ask(evenings.engine))
    exchange.faults = [Fault(kind, path=DETAILS)]  # type: ignore[arg-type]
    filled()
    assert asked > 10
    assert symbols_to_ask(evenings.engine) == []
    described = "select count(*) from symbol_details where sic_code is not null"
    ((known,),) = evenings.query(described)
    assert known >= asked - 1


def test_a_plan_without_details_holds_no_evening_back(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    exchange.faults = [Fault("not_included", path=DETAILS, times=1000)]
    evenings.go(FIRST, LAST)
    assert evenings.query("select count(*) from scan_runs where session = :last", last=LAST) == [
        (1,)
    ]
    with pytest.raises(PlanTooSmall):
        filled()


@pytest.mark.parametrize("kind", ["refused", "not_included", "wrong_shape"])
def test_an_identity_that_cannot_be_explained_waits_and_holds_no_evening_back(
    evenings: Evenings, exchange: SimulatedExchange, kind: str
) -> None:
    evenings.go(FIRST, LAST)
    company = next(o for o in exchange.listed() if o.type == "CS" and o.composite_figi and o.active)
    exchange.renames = [TickerChange(company.ticker, "QNEW", NEXT)]
    exchange.faults = [Fault(kind, path="/events", times=3)]  # type: ignore[arg-type]
    evenings.a_day_passes()
    evenings.go(NEXT)
    assert evenings.query("select count(*) from scan_runs where session = :s", s=NEXT) == [(1,)]
    exchange.faults = []
    evenings.a_day_passes()
    evenings.go(date(2025, 9, 10))
    bearers = "select count(distinct symbol_id) from symbol_tickers where ticker in (:old, :new)"
    assert evenings.query(bearers, old=company.ticker, new="QNEW") == [(1,)]


def test_what_was_told_before_a_load_was_killed_takes_effect_with_the_next(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    company = next(o for o in exchange.listed() if o.type == "CS" and o.composite_figi and o.active)
    # From before the first list, so that only the details of the new ticker lead to it.
    exchange.renames = [TickerChange(company.ticker, "QNEW", NEXT)]
    evenings.go(FIRST, date(2025, 9, 10))
    bearers = "select count(distinct symbol_id) from symbol_tickers where ticker in (:old, :new)"
    assert evenings.query(bearers, old=company.ticker, new="QNEW") == [(2,)]
    opened = open_pipeline(load_settings())
    vendor = vendor_of(opened)
    assert vendor is not None
    asked = symbols_to_ask(evenings.engine)
    ask_for(opened, vendor, asked, 0, len(asked))
    filled()
    assert evenings.query(bearers, old=company.ticker, new="QNEW") == [(1,)]
    evenings.go(date(2025, 9, 11))
    evenings.assert_equal_to_a_rebuild()


@pytest.mark.parametrize(
    ("made", "most"),
    [
        pytest.param(4, 5, id="a small list: five companies"),
        pytest.param(19, 5, id="ten calls for them are left"),
        pytest.param(20, 4, id="nine are left, and each may take two"),
        pytest.param(28, 0, id="one is left, which cannot be enough"),
        pytest.param(40, 0, id="none is left"),
    ],
)
def test_companies_are_asked_for_within_what_is_left_of_thirty_calls(
    evenings: Evenings, monkeypatch: pytest.MonkeyPatch, made: int, most: int
) -> None:
    evenings.go(FIRST, LAST)
    monkeypatch.setattr(companies, "calls_on", lambda *_: made)
    found = companies.companies_of_the_evening(evenings.engine, evenings.calendar.closed_at(LAST))
    assert len(found) == most
