"""Which stretches of tickers are one security, by the changes of ticker that are known."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from itertools import pairwise

from technic_pipeline.sources import NEWLY_LISTED, TickerChange
from technic_pipeline.store.schema import FIRST_DAY, LAST_DAY

ALWAYS = date.fromisoformat(FIRST_DAY)
UNTIL_FURTHER_NOTICE = date.fromisoformat(LAST_DAY)

# A ticker and the first day of a stretch of it.
Start = tuple[str, date]


@dataclass(frozen=True)
class Stretch:
    """A ticker from one day on until before another."""

    ticker: str
    valid_from: date
    valid_to: date

    def holds(self, ticker: str, day: date) -> bool:
        """Whether the ticker on that day belongs to it."""
        return ticker == self.ticker and self.valid_from <= day < self.valid_to


# The stretches of one security, which follow each other without a gap.
Security = list[Stretch]


def families(changes: Iterable[TickerChange]) -> list[list[TickerChange]]:
    """The changes, put together wherever one's tickers are touched by another."""
    family_of: dict[str, list[TickerChange]] = {}
    for change in changes:
        old, new = (family_of.get(t, []) for t in (_left_ticker(change), change.new_ticker))
        joined = [*old, *(new if new is not old else []), change]
        for each in joined:
            family_of[_left_ticker(each)] = family_of[each.new_ticker] = joined
    return list({id(family): family for family in family_of.values()}.values())


def _left_ticker(change: TickerChange) -> str:
    """The ticker whose bearer before the change is another one than after it."""
    return change.new_ticker if change.old_ticker == NEWLY_LISTED else change.old_ticker


def trace_securities(
    changes: Sequence[TickerChange],
    traded: Mapping[str, Sequence[date]],
    settled: Collection[TickerChange],
) -> tuple[list[Security], list[TickerChange]]:
    """Cut every ticker of some changes into stretches and join those of one security.

    A change cuts both its tickers and joins the old one's past to the new one's future; a new
    listing cuts its one ticker and joins nothing. It has no effect while the security that leaves
    has no bar before it (`traded` gives each ticker's sessions, rising), unless it is `settled`;
    nor when it contradicts one that has an effect on the same day.

    Returns:
        The securities, and the changes in effect, oldest first.
    """
    starts = {t: [ALWAYS] for change in changes for t in (_left_ticker(change), change.new_ticker)}
    heirs: dict[Start, Start] = {}
    origins: dict[Start, Start] = {}
    effective = []
    for change in sorted(changes, key=lambda c: (c.effective_date, c not in settled, astuple(c))):
        day = change.effective_date
        if not ALWAYS < day < UNTIL_FURTHER_NOTICE:
            continue
        left = _left_ticker(change), max(s for s in starts[_left_ticker(change)][-2:] if s < day)
        entered = change.new_ticker, day
        joins = change.old_ticker != NEWLY_LISTED
        if entered in origins or (joins and left in heirs):
            continue
        if change not in settled and not _traded_before(day, left, origins, traded):
            continue
        for ticker in (left[0], change.new_ticker):
            if starts[ticker][-1] != day:
                starts[ticker].append(day)
        if joins:
            heirs[left], origins[entered] = entered, left
        effective.append(change)
    return _join(starts, heirs), effective


def _traded_before(
    day: date,
    start: Start | None,
    origins: Mapping[Start, Start],
    traded: Mapping[str, Sequence[date]],
) -> bool:
    """Whether a security, followed back from one of its stretches, has a bar before a day."""
    while start is not None:
        ticker, first = start
        sessions = traded.get(ticker, ())
        if bisect_left(sessions, first) < bisect_left(sessions, day):
            return True
        day, start = first, origins.get(start)
    return False


def _join(starts: Mapping[str, Sequence[date]], heirs: Mapping[Start, Start]) -> list[Security]:
    stretches = {
        (ticker, first): Stretch(ticker, first, until)
        for ticker, days in starts.items()
        for first, until in pairwise([*days, UNTIL_FURTHER_NOTICE])
    }
    securities = []
    for head in stretches.keys() - set(heirs.values()):
        security = [stretches[head]]
        while (heir := heirs.get((security[-1].ticker, security[-1].valid_from))) is not None:
            security.append(stretches[heir])
        securities.append(security)
    return securities
