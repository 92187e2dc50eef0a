"""Splits that become known in time, late, or never mind: bars stay, indicators follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from evenings import Evenings

from technic_pipeline.sessions import Calendar
from technic_pipeline.simulated_exchange import SimulatedExchange
from technic_pipeline.sources import Split

FIRST = date(2025, 9, 2)
KNOWN = """
select split_from, split_to, known_to is null from splits join symbols using (symbol_id)
where ticker = :ticker order by split_id
"""
AS_TRADED = """
select session, open, high, low, close, volume from daily_bars join symbols using (symbol_id)
where symbols.ticker = :ticker order by session
"""


@pytest.fixture
def days(calendar: Calendar) -> list[date]:
    """A few sessions before the split, its day, and the evenings after."""
    return calendar.between(FIRST, FIRST + timedelta(days=20))[:10]


@pytest.fixture
def split(exchange: SimulatedExchange, days: list[date]) -> Split:
    """One that the market knows nothing of."""
    ticker = exchange.market.bars(FIRST).ticker.to_pylist()[0]
    return Split(ticker, days[4], 1.0, 2.0, "one")


@pytest.mark.parametrize(
    ("first_seen", "last_seen", "why"),
    [
        (4, 9, "announced in the morning of its day"),
        (7, 9, "announced three days late"),
        (4, 6, "announced, and withdrawn two days later"),
    ],
)
def test_a_split_is_followed_as_it_is_known_and_bars_stay_as_traded(
    evenings: Evenings,
    exchange: SimulatedExchange,
    days: list[date],
    split: Split,
    first_seen: int,
    last_seen: int,
    why: str,
) -> None:
    shown = days[first_seen], days[last_seen]
    exchange.edit_splits = lambda today, known: (
        [*known, split] if shown[0] <= today <= shown[1] else known
    )
    evenings.go(days[0], days[3])
    for at, day in enumerate(days[4:8], start=4):
        evenings.go(day)
        evenings.assert_equal_to_a_rebuild()
        known = [row for row in evenings.query(KNOWN, ticker=split.ticker) if row[2]]
        assert known == ([(1.0, 2.0, True)] if first_seen <= at <= last_seen else []), (why, day)
    exchange.now = None
    traded = {day: exchange.market.bars(day) for day in days[:8]}
    for day, *bar in evenings.query(AS_TRADED, ticker=split.ticker):
        at = traded[day].ticker.to_pylist().index(split.ticker)
        values = [getattr(traded[day], n)[at] for n in ("open", "high", "low", "close", "volume")]
        assert bar == values, why
