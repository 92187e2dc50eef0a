"""Companies that are asked for one by one: an evening's few, or a first load of all."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from technic_pipeline import progress
from technic_pipeline.errors import ChangedReply, TickerNotListed, VendorRefused
from technic_pipeline.pipeline import Pipeline, record_calls
from technic_pipeline.refresh.descriptions import describe, own_descriptions
from technic_pipeline.sessions import new_york_day
from technic_pipeline.sources import NEWLY_LISTED, SymbolDescription, TickerChange
from technic_pipeline.store.symbol_details import (
    Asked,
    Details,
    inherit_details,
    last_bar_before,
    record_details,
    symbols_to_ask,
)
from technic_pipeline.store.ticker_changes import apply_ticker_changes
from technic_pipeline.store.vendor_lists import calls_on

if TYPE_CHECKING:
    from technic_pipeline.sources.massive.source import Massive

logger = logging.getLogger(__name__)

# No more calls than this on a day with the lists, but for a first load.
CALLS_A_DAY = 30
DETAILS_AN_EVENING = 5
# Its details, and the events of one that had another ticker before.
CALLS_A_COMPANY = 2
# They come last.
CALLS_FOR_RATIOS = 1
# A listing may be dated some days before its first bar; a ticker rests before it is given again.
JUST_LISTED, IDLE_BEFORE_REUSE = timedelta(days=7), timedelta(days=10)


def companies_of_the_evening(engine: sa.Engine, now: datetime) -> list[Asked]:
    """The companies that today's calls still allow to ask for, most liquid first."""
    left = CALLS_A_DAY - CALLS_FOR_RATIOS - calls_on(engine, new_york_day(now))
    return symbols_to_ask(engine, max(0, min(DETAILS_AN_EVENING, left // CALLS_A_COMPANY)))


def fill_details(opened: Pipeline, vendor: Massive, asked: Sequence[Asked]) -> None:
    """Ask for symbols one by one and describe them; stopped, what is known by then stays."""
    try:
        ask_for(opened, vendor, asked, 0, len(asked))
    finally:
        describe_asked(opened, vendor, asked)


def ask_for(
    opened: Pipeline, vendor: Massive, asked: Sequence[Asked], before: int, total: int
) -> None:
    """Keep what the vendor tells of symbols, one by one; of a `total`, so many were `before`.

    Raises:
        PlanTooSmall: the plan tells nothing of single companies.
    """
    for done, one in enumerate(asked, start=before + 1):
        try:
            _ask(opened.engine, vendor, one)
        except (VendorRefused, ChangedReply) as refused:
            # One that cannot be had is no reason to go without the others.
            logger.warning("%s is not described: %s", one.ticker, refused)
            record_details(opened.engine, one.symbol_id, Details(None, None), None)
        finally:
            record_calls(opened)
        progress.report("reference", done, total)


def describe_asked(opened: Pipeline, vendor: Massive, asked: Sequence[Asked]) -> None:
    """Have what was told of symbols take effect."""
    apply_ticker_changes(opened.engine, ())
    inherit_details(opened.engine)
    tickers = {one.ticker for one in asked}
    listed = [one for one in vendor.tickers() if one.ticker in tickers]
    describe(opened.engine, listed, own_descriptions(opened, tickers))


def _ask(engine: sa.Engine, vendor: Massive, one: Asked) -> None:
    try:
        said = vendor.details(one.ticker)
    except TickerNotListed:
        record_details(engine, one.symbol_id, Details(None, None), None)
        return
    changes = _earlier_changes(engine, vendor, one, said)
    told = Details(said.sic_code, said.industry)
    record_details(engine, one.symbol_id, told, said.list_date, changes)


def _earlier_changes(
    engine: sa.Engine, vendor: Massive, one: Asked, said: SymbolDescription
) -> list[TickerChange]:
    """Whether a symbol had another ticker before its first bar, or its bars another owner."""
    listed = said.list_date
    if one.began_here and (listed is None or listed < one.first_session - JUST_LISTED):
        history = vendor.events(said.composite_figi or one.ticker)
        return history.changes() if history else []
    before = last_bar_before(engine, one.symbol_id, listed) if listed else None
    if listed and before and before < listed - IDLE_BEFORE_REUSE:
        return [TickerChange(NEWLY_LISTED, one.ticker, listed)]
    return []
