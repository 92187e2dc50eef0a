"""The simulated market is the same whenever and however it is asked, corrections excepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from technic_pipeline.errors import NotASession, SessionNotOffered
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.bars import NUMBERS
from technic_pipeline.sources.simulated import SimulatedMarket

OpenMarket = Callable[..., SimulatedMarket]
LAST = date(2026, 11, 20)


def test_the_market_offers_the_sessions_before_and_including_the_last(
    market: SimulatedMarket, sessions: list[date]
) -> None:
    assert market.offered()[1] == LAST
    assert len(sessions) == 300


def test_by_default_the_last_closed_session_is_the_newest(calendar: Calendar) -> None:
    first, last = SimulatedMarket(symbols=7, sessions=5, seed=1, calendar=calendar).offered()
    assert last == calendar.last_closed(datetime.now(UTC))
    assert len(calendar.between(first, last)) == 5


def test_the_market_cannot_be_opened_after_a_day_without_trading(open_market: OpenMarket) -> None:
    with pytest.raises(NotASession):
        open_market(last=date(2026, 11, 21))


def test_the_same_seed_gives_the_same_bars(open_market: OpenMarket) -> None:
    one, other = (open_market().bars(LAST) for _ in range(2))
    assert one.payload_sha256 == other.payload_sha256
    assert one.content_sha256() == other.content_sha256()


def test_another_seed_gives_other_bars_and_other_tickers(open_market: OpenMarket) -> None:
    one, other = (open_market(seed=seed).bars(LAST) for seed in (1, 2))
    assert one.payload_sha256 != other.payload_sha256
    assert one.ticker.to_pylist() != other.ticker.to_pylist()


def test_the_order_of_asking_does_not_matter(open_market: OpenMarket, calendar: Calendar) -> None:
    market = open_market()
    days = calendar.between(*market.offered())
    shuffled = np.random.default_rng(7).permutation(np.array(days)).tolist()
    digests = {day: market.bars(day).payload_sha256 for day in shuffled}
    fresh = open_market()
    assert {day: fresh.bars(day).payload_sha256 for day in days} == digests


def test_asking_for_more_sessions_changes_no_bar(open_market: OpenMarket) -> None:
    day = date(2026, 10, 1)
    few, many = (open_market(sessions=count).bars(day) for count in (60, 4_000))
    assert few.payload_sha256 == many.payload_sha256


def test_a_market_opened_later_has_the_same_past(
    open_market: OpenMarket, calendar: Calendar
) -> None:
    earlier = open_market(last=date(2026, 6, 12))
    later = open_market(last=LAST)
    for day in calendar.between(later.offered()[0], date(2026, 6, 11)):
        assert later.bars(day).payload_sha256 == earlier.bars(day).payload_sha256


def test_a_larger_market_contains_the_smaller_one(open_market: OpenMarket) -> None:
    small, large = (open_market(symbols=count).bars(LAST) for count in (200, 1_000))
    at = np.flatnonzero(np.isin(large.ticker.to_pylist(), small.ticker.to_pylist()))
    assert len(at) == len(small)
    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(large, name)[at], getattr(small, name))


def test_a_later_session_brings_late_corrections_of_about_one_row_in_a_hundred(
    open_market: OpenMarket,
    calendar: Calendar,
) -> None:
    following = calendar.between(LAST, LAST + timedelta(days=7))[1]
    first = open_market(symbols=12_000).bars(LAST)
    late = open_market(symbols=12_000, last=following).bars(LAST)
    assert late.ticker == first.ticker
    revised = late.volume != first.volume
    assert 0.005 < revised.mean() < 0.02
    assert (late.volume[revised] > first.volume[revised]).all()
    moved = late.close != first.close
    assert 0 < moved.sum() < revised.sum()
    assert not (moved & ~revised).any()
    for name in ("open", "high", "low", "vwap"):
        np.testing.assert_array_equal(getattr(late, name), getattr(first, name))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 23), "a session after the last one"),
        (date(2020, 6, 1), "a session before the first one"),
        (date(2026, 11, 21), "a Saturday beyond the last session"),
        (date(2026, 11, 14), "a Saturday between the sessions"),
        (date(2026, 7, 3), "a holiday between the sessions"),
        (date(1999, 1, 4), "before the calendar"),
    ],
)
def test_a_day_that_is_not_offered_is_refused(market: SimulatedMarket, day: date, why: str) -> None:
    with pytest.raises(SessionNotOffered, match="simulated market") as refusal:
        market.bars(day)
    assert refusal.value.session == day, why


@pytest.mark.parametrize("symbols", [1, 7, 500, 12_000])
def test_a_market_of_any_size_has_bars(open_market: OpenMarket, symbols: int) -> None:
    market = open_market(symbols=symbols)
    for day in market.offered():
        bars = market.bars(day)
        assert symbols * 0.7 < len(bars) <= symbols
        assert len(set(bars.ticker.to_pylist())) == len(bars)
    assert len(market.descriptions()) <= symbols
