"""A small market, as it is on one evening after the other, and what a run of its evenings does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from technic_pipeline.scan.definition import ScanDefinition, load_definitions
from technic_pipeline.sessions import load_calendar
from technic_pipeline.settings import Settings
from technic_pipeline.sources.simulated.market import SimulatedMarket

SYMBOLS, SEED = 40, 7
CALENDAR = load_calendar("XNYS")
LAST = date(2024, 6, 28)
SCANS = "swing,momentum"
# A source offers the newest sessions; what came before is not asked for again.
OFFERED = 10


def sessions(count: int) -> Sequence[date]:
    """The last so many up to `LAST`."""
    return CALENDAR.between(CALENDAR.before(LAST, count - 1), LAST)


def source_of(session: date) -> SimulatedMarket:
    """The market as it is on the evening of a session."""
    return SimulatedMarket(SYMBOLS, OFFERED, SEED, CALENDAR, session)


def scans() -> dict[str, ScanDefinition]:
    """Those that are published."""
    return load_definitions(Settings(scans=SCANS))
