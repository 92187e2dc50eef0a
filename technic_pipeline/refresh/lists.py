"""The lists that a vendor gives out whole: which are due, and what an evening asks of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from technic_pipeline import clock
from technic_pipeline.pipeline import Pipeline
from technic_pipeline.sessions import FIRST_DAY, new_york_day
from technic_pipeline.sources import Ratios
from technic_pipeline.store.schema import daily_bars
from technic_pipeline.store.vendor_lists import last_refresh, record_refresh

if TYPE_CHECKING:
    from technic_pipeline.sources.massive.source import Massive

TICKERS, SPLITS, RATIOS = "tickers", "splits", "ratios"

# So many days back an ordinary evening looks for splits that were announced late or withdrawn.
RECENT_SPLITS = timedelta(days=45)
# A plan may grow; how long a refusal is taken as the answer.
REFUSAL_HOLDS = timedelta(days=30)


def vendor_of(opened: Pipeline) -> Massive | None:
    """The source, when it is a vendor that counts calls."""
    if not opened.source.counts_calls:
        return None
    # Its client takes a tenth of a second to import, which other sources do without.
    from technic_pipeline.sources.massive.source import Massive  # noqa: PLC0415

    return opened.source if isinstance(opened.source, Massive) else None


def is_due(engine: sa.Engine, name: str) -> bool:
    """Whether a list was not asked for yet today, New York time."""
    last = last_refresh(engine, name)
    return last is None or new_york_day(last.refreshed_at) < new_york_day(clock.now())


def splits_since(engine: sa.Engine) -> date:
    """From which execution date on splits are asked for: once a day from the first bar on."""
    session = daily_bars.c.session
    with engine.connect() as connection:
        first, last = connection.execute(
            sa.select(sa.func.min(session), sa.func.max(session))
        ).one()
    if first is None:
        return date.fromisoformat(FIRST_DAY)
    return first if is_due(engine, SPLITS) else max(first, last - RECENT_SPLITS)


def todays_ratios(engine: sa.Engine, source: Massive) -> list[Ratios] | str:
    """The vendor's ratios once a day, or why there are none now.

    That the plan has none is found out once, and again after a month or with another plan.
    """
    last = last_refresh(engine, RATIOS)
    refused = f"not in the plan '{source.plan.name}'"
    if last and last.outcome == refused and clock.now() - last.refreshed_at < REFUSAL_HOLDS:
        return refused
    if not is_due(engine, RATIOS):
        return "refreshed today"
    ratios = source.ratios()
    if ratios is None:
        record_refresh(engine, RATIOS, refused)
        return refused
    return ratios
