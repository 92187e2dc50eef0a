"""Listings, delistings, renames, splits and halts of the simulated market."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.simulated import SimulatedMarket

OpenMarket = Callable[..., SimulatedMarket]
History = dict[str, NDArray]


def test_a_split_moves_the_raw_close_by_its_ratio_and_the_volume_inversely(
    market: SimulatedMarket, sessions: list[date], histories: dict[str, History]
) -> None:
    moves, volumes = [], []
    for split in market.splits():
        history = histories.get(split.ticker)
        if history is None or not sessions[0] < split.execution_date <= sessions[-1]:
            continue
        first = int(np.searchsorted(history["at"], sessions.index(split.execution_date)))
        ratio = split.split_from / split.split_to
        moves.append(np.log(history["close"][first] / history["close"][first - 1] / ratio))
        volume = np.log(history["volume"])
        before, after = volume[max(first - 10, 0) : first], volume[first : first + 10]
        volumes.append(after.mean() - before.mean() + np.log(ratio))
    assert len(moves) > 10
    assert np.abs(moves).max() < 0.3
    assert np.median(np.abs(moves)) < 0.05
    assert abs(np.mean(volumes)) < 0.2


def test_splits_are_announced_some_sessions_ahead_and_no_further(
    open_market: OpenMarket, calendar: Calendar
) -> None:
    market = open_market(symbols=4_000)
    last = market.offered()[1]
    days = [split.execution_date for split in market.splits()]
    assert any(day > last for day in days)
    assert max(days) <= calendar.between(last, last + timedelta(days=14))[5]


def test_every_split_has_its_own_id(open_market: OpenMarket) -> None:
    splits = open_market(symbols=4_000).splits()
    assert len({split.source_id for split in splits}) == len(splits)


def test_a_rename_continues_the_path_and_the_old_ticker_has_no_bar_after(
    market: SimulatedMarket, sessions: list[date], histories: dict[str, History]
) -> None:
    moves = []
    for change in market.ticker_changes():
        if change.effective_date <= sessions[0]:
            assert change.old_ticker not in histories
            continue
        old, new = histories[change.old_ticker], histories[change.new_ticker]
        assert old["at"][-1] < sessions.index(change.effective_date) <= new["at"][0]
        moves.append(abs(np.log(new["close"][0] / old["close"][-1])))
    assert len(moves) >= 3
    assert max(moves) < 0.3


def test_listings_delistings_and_renames_occur_in_the_default_market(
    market: SimulatedMarket, sessions: list[date], histories: dict[str, History]
) -> None:
    changes = [each for each in market.ticker_changes() if each.effective_date > sessions[0]]
    joined = dict(histories)
    for change in changes:
        old, new = joined.pop(change.old_ticker), joined.pop(change.new_ticker)
        joined[change.new_ticker] = {name: np.append(old[name], new[name]) for name in new}
    active = [each for each in joined.values() if _trades_daily(each)]
    assert len(changes) >= 3
    assert sum(each["at"][0] > 0 for each in active) >= 3
    assert sum(each["at"][-1] < len(sessions) - 1 for each in active) >= 3


def test_halts_and_sessions_without_a_trade_occur_in_the_default_market(
    histories: dict[str, History],
) -> None:
    pauses = [(_trades_daily(each), np.diff(each["at"]) - 1) for each in histories.values()]
    assert sum((pause >= 3).any() for active, pause in pauses if active) >= 3
    assert sum((pause == 1).any() for active, pause in pauses if not active) >= 3


@pytest.mark.parametrize("last", [date(2015, 6, 1), date(2019, 6, 3), date(2026, 11, 20)])
def test_renames_and_splits_occur_whenever_the_market_is_opened(
    open_market: OpenMarket, last: date
) -> None:
    market = open_market(symbols=500, sessions=300, last=last)
    first = market.offered()[0]
    recent = [each for each in market.splits() if each.execution_date >= first]
    assert sum(each.effective_date >= first for each in market.ticker_changes()) >= 3
    assert sum(each.split_to > each.split_from for each in recent) >= 3
    assert sum(each.split_to < each.split_from for each in recent) >= 3


def _trades_daily(history: History) -> bool:
    # With twenty trades expected, a session without any is not believable.
    return bool(np.median(history["transactions"]) > 20)
