"""The reference list of the simulated market."""

from __future__ import annotations

from collections.abc import Callable

from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.simulated import SimulatedMarket

OpenMarket = Callable[..., SimulatedMarket]


def test_the_list_describes_all_but_a_few_of_the_tickers(market: SimulatedMarket) -> None:
    tickers = set(market.bars(market.offered()[1]).ticker.to_pylist())
    described = {each.ticker for each in market.descriptions()}
    assert 0 < len(tickers - described) < 0.08 * len(tickers)


def test_the_list_has_every_type_and_several_spellings_of_a_sector(
    market: SimulatedMarket,
) -> None:
    descriptions = market.descriptions()
    assert {each.type for each in descriptions} == {
        "CS",
        "ADRC",
        "ETF",
        "FUND",
        "WARRANT",
        "UNIT",
        "PFD",
    }
    assert {each.exchange for each in descriptions} == {"XNYS", "XNAS", "XASE"}
    sectors = [each.sector for each in descriptions if each.type == "CS"]
    assert {"Health Care", "Healthcare", "Utilities", "Public Utilities"} <= set(sectors)
    assert 0 < sectors.count(None) < 0.15 * len(sectors)


def test_the_list_is_of_the_day_on_which_the_market_is_opened(
    open_market: OpenMarket, calendar: Calendar
) -> None:
    market = open_market(symbols=500)
    change = market.ticker_changes()[-1]
    before = open_market(symbols=500, last=calendar.before(change.effective_date, 1))
    now, then = ({each.ticker for each in opened.descriptions()} for opened in (market, before))
    assert change.new_ticker in now - then
    assert change.old_ticker in then - now
    assert change not in before.ticker_changes()


def test_a_ticker_belongs_to_one_symbol_for_ever(open_market: OpenMarket) -> None:
    market = open_market(symbols=30_000)
    old = [change.old_ticker for change in market.ticker_changes()]
    now = [each.ticker for each in market.descriptions()]
    assert len({*old, *now}) == len(old) + len(now)
