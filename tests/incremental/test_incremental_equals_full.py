"""However bars, lists and losses came about, the indicators are those of a load in one go."""

from __future__ import annotations

import os

import pytest
from following import NOWHERE
from hypothesis import given, settings
from operations import (
    Arrive,
    Cut,
    Evenings,
    Exchange,
    Flip,
    Follow,
    FollowCutShort,
    FollowElsewhere,
    ListChange,
    ListJump,
    ListSplit,
    Lose,
    Mingle,
    Operation,
    Outdate,
    Restart,
    Revised,
    histories,
)
from replay import Servers, begin
from whole_load import BARS, ROWS, differences, digest

from technic_pipeline.store.database import engine_for

# Read here, because a test does not see the settings of the person who tests.
EXAMPLES = int(os.environ.get("TECHNIC_TEST_EXAMPLES", "25"))

PRICE = (Revised("LONG", "price"),)
ABSENT = (Revised("LONG", "absent"),)
SOME = 0b01010101

CASES: list[tuple[str, list[Operation]]] = [
    ("a state of the bar before its revision", [Outdate((Arrive(0, PRICE),))]),
    ("a revision that no state saw", [Arrive(1, PRICE), Follow(cached=False)]),
    (
        "a split that no state saw, of the same bars",
        [ListSplit("LONG", 0, (1.0, 2.0)), Follow(cached=False)],
    ),
    (
        "a split withdrawn that no state saw",
        [ListSplit("SPLT", 11, None), Follow(cached=False)],
    ),
    (
        "an explanation that no state saw, of the same bars",
        [
            Arrive(3, (Revised("LONG", "jump", 5),)),
            Follow(),
            ListJump("LONG", 3),
            Follow(cached=False),
        ],
    ),
    ("another past under the same symbol", [ListChange(0), Follow(cached=False)]),
    ("a first bar that no state misses", [Arrive(281, ABSENT), Follow(cached=False)]),
    ("an earlier first bar", [Arrive(30, (Revised("LATE", "as listed"),)), Follow(cached=False)]),
    ("a run cut short on its way", [Arrive(0, PRICE), FollowCutShort(at_commit=False)]),
    ("a run cut short at its commit", [Arrive(0, PRICE), FollowCutShort(at_commit=True)]),
    (
        "a run cut short whose change is then taken back",
        [
            Arrive(0, PRICE),
            FollowCutShort(at_commit=True),
            Arrive(0, (Revised("LONG", "as listed"),)),
        ],
    ),
    ("a bar removed from the period before the last", [Evenings(12), Arrive(7, ABSENT)]),
    ("the only bar of a period removed", [Evenings(1), Arrive(0, ABSENT), Follow(), Arrive(0)]),
    ("sessions that come in the wrong order", [Arrive(-2), Follow(), Arrive(1), Follow()]),
    ("a split announced before its day", [ListSplit("LONG", -2, (1.0, 2.0)), Evenings(4)]),
    ("a split on a day without a session", [ListSplit("LONG", -1, (1.0, 2.0), 1), Evenings(2)]),
    ("nothing left of the states", [Lose(), Arrive(2, PRICE)]),
    ("some states left", [Evenings(6), Lose(SOME), Arrive(6, PRICE)]),
    ("states under each other's keys", [Evenings(6), Exchange()]),
    ("another database's states", [Arrive(4, PRICE), Mingle(), Follow()]),
    ("states cut to nothing", [Cut(SOME, 0.0)]),
    ("states cut in half", [Cut(SOME, 0.5)]),
    ("another process in between", [Arrive(2, PRICE), FollowElsewhere(), Restart()]),
    *(
        (f"a byte altered after {at:.0%} of every state", [Flip(0xFF, at, 0x10)])
        for at in (0.0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.999)
    ),
]


@pytest.mark.parametrize("history", [pytest.param(case, id=why) for why, case in CASES])
def test_a_hard_history_ends_in_the_rows_of_a_load_in_one_go(
    markets: Servers, history: list[Operation]
) -> None:
    # In an evening every symbol goes on from what is left of its states.
    assert_same_as_at_once(markets, [*history, Evenings(1)])


@settings(max_examples=EXAMPLES, deadline=None)
@given(histories())
def test_any_history_ends_in_the_rows_of_a_load_in_one_go(
    markets: Servers, history: list[Operation]
) -> None:
    assert_same_as_at_once(markets, history)


def assert_same_as_at_once(markets: Servers, history: list[Operation]) -> None:
    replay = begin(markets)
    for operation in history:
        replay.does(operation)
    replay.settle()

    replay.load_whole(NOWHERE)

    piece_by_piece, at_once = engine_for(markets.url), engine_for(markets.whole_url)
    assert digest(piece_by_piece, BARS) == digest(at_once, BARS)
    if digest(piece_by_piece, ROWS) != digest(at_once, ROWS):
        raise AssertionError(differences(piece_by_piece, at_once))
