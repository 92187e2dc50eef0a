"""Which bar a date falls on, and which bars open after a jump that no split explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from histories import SESSIONS, Symbol, column, computed, flat, history_of
from oracle import SplitEvent


def two_bars(opens: float, silent: int = 0, *splits: SplitEvent) -> Symbol:
    """A close of 10 and, after so many missing sessions, an open."""
    before, _ = flat(10.0, 2).bars
    after = replace(before, session=SESSIONS[1 + silent], open=opens, high=99.0, low=0.1)
    return Symbol([before, after], list(splits))


SPLIT_MEANWHILE = SplitEvent(SESSIONS[5], 1, 2)
CASES = [
    pytest.param(two_bars(25.0), False, id="2.5 times is still the bound"),
    pytest.param(two_bars(25.01), True, id="more than 2.5 times"),
    pytest.param(two_bars(4.0), False, id="0.4 times is still the bound"),
    pytest.param(two_bars(3.99), True, id="less than 0.4 times"),
    pytest.param(two_bars(20.01, 20), False, id="20 missing sessions are not yet a silence"),
    pytest.param(two_bars(20.01, 21), True, id="more than 2 times after 21 missing sessions"),
    pytest.param(two_bars(20.0, 21), False, id="2 times is still the bound after a silence"),
    pytest.param(two_bars(4.99, 21), True, id="less than 0.5 times after a silence"),
    pytest.param(two_bars(5.0, 21), False, id="0.5 times is still the bound after a silence"),
    pytest.param(two_bars(10.0, 100), False, id="a silence alone is no jump"),
    pytest.param(two_bars(4.0, 21, SPLIT_MEANWHILE), False, id="a split in the silence"),
    pytest.param(two_bars(3.0, 0, SplitEvent(SESSIONS[1], 1, 3)), False, id="a split that day"),
    pytest.param(
        two_bars(90.0, 0, SplitEvent(SESSIONS[1], 1, 2)),
        False,
        id="any recorded split excepts its bar, however large the move",
    ),
    pytest.param(
        two_bars(3.0, 0, SplitEvent(SESSIONS[0], 1, 3)), True, id="a split of the day before"
    ),
    pytest.param(two_bars(3.0, 0, SplitEvent(SESSIONS[2], 1, 3)), True, id="a split to come"),
]


@pytest.mark.parametrize(("symbol", "jumps"), CASES)
def test_an_open_is_a_jump_or_not(symbol: Symbol, jumps: bool) -> None:
    assert history_of([symbol]).jumps().tolist() == [0.0, float(jumps)]


def test_a_jump_that_a_person_explained_is_none() -> None:
    listed = history_of([two_bars(25.01), two_bars(3.99)])
    assert replace(listed, explained=np.array([3])).jumps().tolist() == [0.0, 1.0, 0.0, 0.0]


def test_another_symbol_s_last_close_is_nothing_to_jump_from() -> None:
    listed = [flat(1.0, 3), Symbol([], []), flat(1000.0, 3), flat(0.1, 1)]
    assert history_of(listed).jumps().tolist() == [0.0] * 7


def test_bars_are_counted_from_the_latest_jump() -> None:
    prices = [10.0, 10.0, 30.0, 30.0, 30.0, 5.0, 5.0]
    days = [
        replace(day, open=price, high=price, low=price, close=price)
        for day, price in zip(flat(1.0, 7).bars, prices, strict=True)
    ]
    since = column(computed([Symbol(days, [])]), "bars_since_jump")
    assert np.nan_to_num(since, nan=-1.0).tolist() == [-1, -1, 0, 1, 2, 0, 1]


def test_the_first_bar_from_a_date_is_of_that_day_or_the_next_one_that_traded() -> None:
    monday, sparse = SESSIONS[1], flat(1.0, 9).bars[::4]
    history = history_of([flat(1.0, 9), Symbol(sparse, []), Symbol([], [])])
    days = np.full(3, monday, dtype="datetime64[D]")
    assert history.first_bar_from(days).tolist() == [1, 1, 0]
    assert history.first_bar_from(days - 30).tolist() == [0, 0, 0]
    assert history.first_bar_from(days + 300).tolist() == [9, 3, 0]


def test_a_split_takes_effect_on_the_first_bar_on_or_after_its_date() -> None:
    on_a_weekend = SplitEvent(SESSIONS[5] + timedelta(days=1), 1, 2)
    splits = [SplitEvent(SESSIONS[4], 1, 2), on_a_weekend, SplitEvent(SESSIONS[-1], 1, 2)]
    assert SESSIONS[5].isoweekday() == 5
    assert history_of([Symbol(flat(1.0, 9).bars, splits)]).split_bars().tolist() == [4, 6, 9]
