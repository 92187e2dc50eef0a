"""Which tickers a security has borne."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import pairwise
from urllib.parse import quote

import msgspec

from technic_pipeline.errors import ChangedReply, VendorRefused
from technic_pipeline.sources.listings import Text
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.replies import decode
from technic_pipeline.sources.reference import TickerChange
from technic_pipeline.sources.ticker_events import NewTicker

ENDPOINT = "ticker events"
PATH = "/vX/reference/tickers/{}/events"
CHANGE = "ticker_change"


class EventRecord(msgspec.Struct):
    """One event; of types other than a change of ticker only the date is known."""

    date: datetime.date
    type: str
    ticker_change: NewTicker | None = None


class SecurityRecord(msgspec.Struct):
    """One security and its events."""

    events: list[EventRecord]
    name: Text | None = None
    composite_figi: Text | None = None
    cik: Text | None = None


class EventsReply(msgspec.Struct):
    """The reply."""

    results: SecurityRecord


@dataclass(frozen=True)
class TickerHistory:
    """A security and the tickers it has `borne`, each with its first day, oldest first."""

    borne: tuple[tuple[datetime.date, str], ...]
    name: str | None = None
    composite_figi: str | None = None
    cik: str | None = None

    def changes(self) -> list[TickerChange]:
        """From each ticker to the next one, oldest first."""
        return [TickerChange(old, new, day) for (_, old), (day, new) in pairwise(self.borne)]


def fetch_events(connection: Connection, ticker: str) -> TickerHistory | None:
    """The history of the security that bears a ticker, or a composite FIGI, now.

    None where the vendor knows no events, as of most securities that are no longer listed.

    Raises:
        ChangedReply: a change does not say to which ticker.
        VendorError: as `Connection.get`.
    """
    path = PATH.format(quote(ticker, safe=""))
    shape = partial(decode, ENDPOINT, shape=EventsReply)
    try:
        security = connection.get(ENDPOINT, path, {"types": CHANGE}, shape).results
    except VendorRefused as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    borne = sorted((e.date, _new_ticker(e)) for e in security.events if e.type == CHANGE)
    return TickerHistory(
        tuple(borne), security.name or None, security.composite_figi or None, security.cik or None
    )


def _new_ticker(event: EventRecord) -> str:
    if event.ticker_change is None:
        problem = f"the change of {event.date} lacks 'ticker_change' - at `$.results.events[...]`"
        raise ChangedReply(ENDPOINT, problem)
    return event.ticker_change.ticker
