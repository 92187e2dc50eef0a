"""ticker_events.json: securities' events in the vendor's shape, and one of our own.

Beside the vendor's `ticker_change` a person may write `{"type": "jump_explained", "date": ...,
"ticker": ...}` to say that the price jump at that day's open is no reason to leave the symbol out.
"""

from __future__ import annotations

import datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from technic_pipeline.errors import MalformedInput
from technic_pipeline.sources.listings import Text, decode
from technic_pipeline.sources.reference import ExplainedJump, TickerChange


class NewTicker(msgspec.Struct):
    """The ticker that an event gives to a security."""

    ticker: Text


class TickerEvent(msgspec.Struct):
    """One entry of a security's events; which of the last two it has depends on its type."""

    date: datetime.date
    type: Literal["ticker_change", "jump_explained"] = "ticker_change"
    ticker_change: NewTicker | None = None
    ticker: Text | None = None


class SecurityEvents(msgspec.Struct):
    """One security's reply of /vX/reference/tickers/{id}/events."""

    events: list[TickerEvent]


class EventsReply(msgspec.Struct):
    """Several securities' events in one file."""

    results: list[SecurityEvents]


def read_ticker_changes(path: Path) -> list[TickerChange]:
    """The changes of ticker: each such event after a security's first.

    Raises:
        MalformedInput: the file is not of the shape; names the place in it.
    """
    changes = []
    for security in decode(path, EventsReply).results:
        given = sorted(
            (event.date, _new_ticker(path, event))
            for event in security.events
            if event.type == "ticker_change"
        )
        changes += [TickerChange(old, new, day) for (_, old), (day, new) in pairwise(given)]
    return changes


def read_explained_jumps(path: Path) -> list[ExplainedJump]:
    """The jumps that somebody explained.

    Raises:
        MalformedInput: as `read_ticker_changes`.
    """
    events = [e for security in decode(path, EventsReply).results for e in security.events]
    return [_explained(path, event) for event in events if event.type == "jump_explained"]


def _new_ticker(path: Path, event: TickerEvent) -> str:
    if event.ticker_change is None:
        raise MalformedInput(path, f"the change of {event.date} has no 'ticker_change'")
    return event.ticker_change.ticker


def _explained(path: Path, event: TickerEvent) -> ExplainedJump:
    if event.ticker is None:
        raise MalformedInput(path, f"the explained jump of {event.date} has no 'ticker'")
    return ExplainedJump(event.ticker, event.date)
