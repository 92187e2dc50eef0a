"""What can happen to a market's bars, its lists, the states in Redis and a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st
from market import ARRIVED, CHANGES, TICKERS
from state_entries import EVERY

Kind = Literal["absent", "as listed", "price", "volume", "vwap", "jump", "fall", "flat"]


@dataclass(frozen=True)
class Revised:
    """A ticker's bar, other than it was or than it is listed; `size` tells two from each other."""

    ticker: str
    kind: Kind
    size: int = 1


@dataclass(frozen=True)
class Arrive:
    """The payload of a session, `back` from the newest that came: what is stored, or is listed.

    It comes with revisions; with `back` below zero it is of a session after the newest.
    """

    back: int
    revised: tuple[Revised, ...] = ()


@dataclass(frozen=True)
class Evenings:
    """The next sessions arrive one by one, each followed."""

    count: int


@dataclass(frozen=True)
class ListSplit:
    """A split that is listed from now on, in the place of one of that day, or no more (None).

    It executes so many days before a session, `back` from the newest that came.
    """

    ticker: str
    back: int
    ratio: tuple[float, float] | None
    days_before: int = 0


@dataclass(frozen=True)
class ListJump:
    """An explained jump that is listed from now on, or no more."""

    ticker: str
    back: int
    listed: bool = True


@dataclass(frozen=True)
class ListChange:
    """A change of ticker becomes known."""

    number: int


Change = Arrive | ListSplit | ListJump | ListChange


@dataclass(frozen=True)
class Follow:
    """The indicators follow; without `cached` Redis does not answer."""

    cached: bool = True


@dataclass(frozen=True)
class FollowElsewhere:
    """A process of its own follows; it takes seconds, so no history that is drawn has one."""


@dataclass(frozen=True)
class FollowCutShort:
    """The indicators would follow, but their transaction fails, at its end or on its way."""

    at_commit: bool


@dataclass(frozen=True)
class Lose:
    """States vanish."""

    which: int = EVERY


@dataclass(frozen=True)
class Flip:
    """States have a byte altered."""

    which: int
    at: float
    mask: int


@dataclass(frozen=True)
class Cut:
    """States lose their end."""

    which: int
    at: float


@dataclass(frozen=True)
class Exchange:
    """States stand under each other's keys."""

    which: int = EVERY


@dataclass(frozen=True)
class Outdate:
    """Something happens and is followed; then states are what they were before it."""

    meanwhile: tuple[Change, ...]
    which: int = EVERY


@dataclass(frozen=True)
class Mingle:
    """Another database, of the same symbol numbers, keeps its states in the same Redis."""


@dataclass(frozen=True)
class Restart:
    """The process ends, and a new one goes on."""


Following = Evenings | Follow | FollowCutShort | FollowElsewhere
Harm = Lose | Flip | Cut | Exchange | Outdate | Mingle | Restart
Operation = Change | Following | Harm

RATIOS = ((1.0, 2.0), (10.0, 1.0), (2.0, 3.0), (1.0, 1.0))

_tickers = st.sampled_from(TICKERS)
_near = st.integers(-2, 16)
_back = _near | _near | _near | st.integers(17, ARRIVED - 1)
_which = st.just(EVERY) | st.integers(1, EVERY)
_shares = st.floats(0.0, 0.999)
_revisions = st.builds(
    Revised,
    _tickers,
    st.sampled_from(("price", "volume", "absent", "as listed", "vwap", "jump", "fall", "flat")),
    st.integers(1, 9),
)
_several_revisions = st.lists(
    _revisions, min_size=1, max_size=4, unique_by=lambda revised: revised.ticker
)
_arrivals = st.builds(Arrive, _back, _several_revisions.map(tuple))
_lists = (
    st.builds(ListSplit, _tickers, _back, st.sampled_from(RATIOS) | st.none(), st.integers(0, 2))
    | st.builds(ListJump, _tickers, _back, st.booleans())
    | st.builds(ListChange, st.sampled_from(range(len(CHANGES))))
)
_changes = _arrivals | _arrivals | _lists
_follows = (
    st.builds(Evenings, st.integers(1, 6))
    | st.builds(Follow, st.booleans())
    | st.builds(FollowCutShort, st.booleans())
)
_outdated = st.builds(Outdate, st.lists(_changes, min_size=1, max_size=3).map(tuple), _which)
_harm = (
    st.builds(Lose, _which)
    | st.builds(Flip, _which, _shares, st.integers(1, 255))
    | st.builds(Cut, _which, _shares)
    | st.builds(Exchange, _which)
    | (_outdated | _outdated)
    | st.just(Mingle())
    | st.just(Restart())
)


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """Days of changes that are mostly followed, and of harm that the next day's run must survive.

    They end with an evening, in which every symbol goes on from what is left of its states.
    """
    days = draw(
        st.lists(
            st.tuples(st.lists(_changes, max_size=3), st.lists(_follows | _harm, max_size=2)),
            min_size=1,
            max_size=4,
        )
    )
    history = [op for changes, others in days for op in (*changes, *others)]
    return [*history, Evenings(1)]
