"""Whatever the renames and the order of arrival, each company's bars end under one symbol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from contents import query
from hypothesis import given, settings
from hypothesis import strategies as st
from payloads import Row, payload

from technic_pipeline.sources import TickerChange
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.schema import metadata
from technic_pipeline.store.ticker_changes import apply_ticker_changes

SESSIONS = [date(2015, 3, day) for day in (16, 17, 18, 19, 20)]
TICKERS = "PQRS"
COMPANIES = range(3)

# For every session the ticker of each company that trades in it.
Market = list[dict[int, str]]
Owners = Callable[[Market, list[int]], list[set[tuple[date, str]]]]


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Companies that list, rename, swap tickers and stop; a new one takes no dead one's ticker."""
    market: Market = []
    buried: set[str] = set()
    for _ in SESSIONS:
        last = market[-1] if market else {}
        alive = [c for c in last if draw(st.integers(0, 9))]
        buried |= {last[c] for c in last if c not in alive}
        bears = {c: last[c] for c in alive}
        if draw(st.booleans()):
            tickers = draw(st.permutations(TICKERS))
            bears = dict(zip(alive, tickers, strict=False))
        buried -= set(bears.values())
        seen = {c for day in market for c in day}
        for company in COMPANIES:
            free = sorted(set(TICKERS) - set(bears.values()) - buried)
            if company not in seen and free and draw(st.booleans()):
                bears[company] = draw(st.sampled_from(free))
        market.append(bears)
    return market


def changes_of(market: Market) -> list[TickerChange]:
    return [
        TickerChange(before[company], after[company], day)
        for before, after, day in zip(market, market[1:], SESSIONS[1:], strict=False)
        for company in after
        if company in before and before[company] != after[company]
    ]


@pytest.fixture(scope="module")
def owners(partitioned_url: str) -> Iterator[Owners]:
    """The bars of each symbol after a market's sessions arrived in some order."""
    engine = engine_for(partitioned_url)
    tables = ", ".join(table.name for table in metadata.sorted_tables)

    def empty() -> None:
        with engine.begin() as connection:
            connection.execute(sa.text(f"truncate {tables} restart identity"))

    def arrived(market: Market, order: list[int]) -> list[set[tuple[date, str]]]:
        empty()
        for at in order:
            rows = [Row(ticker) for ticker in market[at].values()]
            if rows:
                ingest(engine, payload(SESSIONS[at], rows))
                apply_ticker_changes(engine, changes_of(market))
        owned = "select array_agg(session), array_agg(ticker) from daily_bars group by symbol_id"
        return [set(zip(*arrays, strict=True)) for arrays in query(engine, owned)]

    yield arrived
    empty()


@settings(max_examples=25, deadline=None)
@given(markets(), st.permutations(range(len(SESSIONS))))
def test_each_companys_bars_end_under_one_symbol(
    owners: Owners, market: Market, order: list[int]
) -> None:
    expected = [
        {
            (day, bears[company])
            for day, bears in zip(SESSIONS, market, strict=True)
            if company in bears
        }
        for company in COMPANIES
    ]
    found = owners(market, order)
    assert sorted(map(sorted, found)) == sorted(sorted(bars) for bars in expected if bars)
