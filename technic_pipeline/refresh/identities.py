"""Tickers that became other securities': found in the list of them, explained by events."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from technic_pipeline.errors import ChangedReply, PlanTooSmall, TickerNotListed, VendorRefused
from technic_pipeline.sources import NEWLY_LISTED, TickerChange
from technic_pipeline.store.symbol_details import (
    IdentityChange,
    find_identity_changes,
    inherit_details,
    record_listed,
)
from technic_pipeline.store.ticker_changes import TickerChangesReport, apply_ticker_changes

if TYPE_CHECKING:
    from technic_pipeline.sources.massive.source import Massive

logger = logging.getLogger(__name__)

# Of the calls that one evening may spend.
EVENTS_AN_EVENING = 3


@dataclass(frozen=True)
class Identities:
    """What the list of securities said of tickers that changed hands or names."""

    found: int
    unexplained: int
    changes: TickerChangesReport


def follow_identities(engine: sa.Engine, source: Massive) -> Identities:
    """Find the tickers that became other securities' and share their bars out anew.

    Those beyond the evening's calls wait for the next, and those that the vendor does not explain.
    """
    listed = source.tickers()
    found = find_identity_changes(engine, listed)
    waiting = found[EVENTS_AN_EVENING:]
    changes: list[TickerChange] = []
    for one in found[:EVENTS_AN_EVENING]:
        try:
            changes += explain(source, one)
        except (PlanTooSmall, VendorRefused, ChangedReply) as refused:
            logger.warning("%s is not explained: %s", one.ticker, refused)
            waiting.append(one)
    report = apply_ticker_changes(engine, changes)
    inherit_details(engine)
    record_listed(engine, listed, [change.ticker for change in waiting])
    return Identities(len(found), len(waiting), report)


def explain(source: Massive, found: IdentityChange) -> list[TickerChange]:
    """How a ticker came to be that security's, by the vendor's events or the day of its listing."""
    history = source.events(found.composite_figi)
    renames = history.changes() if history else []
    if found.renamed:
        return renames
    first = history.borne[0] if history and history.borne else _listing(source, found.ticker)
    return [TickerChange(NEWLY_LISTED, first[1], first[0]), *renames] if first else renames


def _listing(source: Massive, ticker: str) -> tuple[date, str] | None:
    try:
        day = source.details(ticker).list_date
    except TickerNotListed:
        return None
    return (day, ticker) if day else None
