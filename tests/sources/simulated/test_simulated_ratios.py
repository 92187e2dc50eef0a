"""What the simulated companies file: the same for ever, a quarter apart, with gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import Ratios
from technic_pipeline.sources.reference import RATIO_METRICS
from technic_pipeline.sources.sectors import gics_sector
from technic_pipeline.sources.simulated import SimulatedMarket

OpenMarket = Callable[..., SimulatedMarket]


@pytest.fixture(scope="module")
def told(market: SimulatedMarket) -> list[Ratios]:
    return market.ratios()


def test_a_company_files_every_63_sessions(
    market: SimulatedMarket, told: list[Ratios], calendar: Calendar
) -> None:
    filed: defaultdict[str, list[date]] = defaultdict(list)
    for ratios in told:
        filed[ratios.ticker].append(ratios.known_on)
    apart = {
        int(step)
        for days in filed.values()
        for step in np.diff(calendar.ordinals(np.array(days, "datetime64[D]")))
    }
    assert apart == {63}
    first, last = market.offered()
    assert [r.known_on for r in told] == sorted(r.known_on for r in told)
    assert calendar.before(first, 63) <= told[0].known_on <= first
    assert told[-1].known_on <= last


def test_only_companies_file_and_not_all_of_them(
    market: SimulatedMarket, told: list[Ratios]
) -> None:
    filers = {ratios.ticker for ratios in told}
    kinds: defaultdict[str | None, list[str]] = defaultdict(list)
    for each in market.descriptions():
        kinds[each.type].append(each.ticker)
    assert not filers.intersection(*[kinds[k] for k in ("ETF", "FUND", "WARRANT", "UNIT", "PFD")])
    assert 0.8 < len(filers.intersection(kinds["CS"])) / len(kinds["CS"]) < 1.0


def test_metrics_are_plausible_and_some_are_missing(told: list[Ratios]) -> None:
    for name in RATIO_METRICS:
        values = [getattr(r, name) for r in told]
        present = [value for value in values if value is not None]
        assert 0.02 < 1.0 - len(present) / len(values) < 0.65, name
        assert np.isfinite(present).all(), name
    medians = {
        name: np.median([v for r in told if (v := getattr(r, name))])
        for name in ("price_to_earnings", "price_to_book", "current", "dividend_yield")
    }
    assert 10.0 < medians["price_to_earnings"] < 40.0
    assert 1.0 < medians["price_to_book"] < 5.0
    assert 0.5 < medians["current"] < 3.0
    assert 0.0 < medians["dividend_yield"] < 0.08


def test_a_loss_has_no_multiple(told: list[Ratios]) -> None:
    losses = [r for r in told if r.earnings_per_share is not None and r.earnings_per_share < 0.0]
    assert losses
    assert {r.price_to_earnings for r in losses} == {None}


def test_banks_have_no_current_ratio(market: SimulatedMarket, told: list[Ratios]) -> None:
    sectors = {each.ticker: gics_sector(each.sector) for each in market.descriptions()}
    banks = [r for r in told if sectors.get(r.ticker) == "Financials"]
    assert len(banks) > 50
    assert {(r.current, r.debt_to_equity, r.price_to_cash_flow) for r in banks} == {(None,) * 3}


def test_what_was_filed_stays_when_the_market_goes_on_or_grows(
    open_market: OpenMarket, calendar: Calendar
) -> None:
    whole = open_market(symbols=300, sessions=100)
    _, last = whole.offered()
    before = open_market(symbols=200, sessions=60, last=calendar.before(last, 40)).ratios()
    assert set(before) <= set(whole.ratios())
    assert len(before) > 100


def test_a_filing_bears_the_ticker_of_its_day(open_market: OpenMarket) -> None:
    market = open_market(symbols=2_000, sessions=300)
    changes = market.ticker_changes()
    told = market.ratios()
    old = {change.old_ticker: change.effective_date for change in changes}
    new = {change.new_ticker: change.effective_date for change in changes}
    assert all(r.known_on < old[r.ticker] for r in told if r.ticker in old)
    assert all(r.known_on >= new[r.ticker] for r in told if r.ticker in new)
    assert {r.ticker for r in told} & old.keys()
    assert {r.ticker for r in told} & new.keys()
