"""One partition a trading session."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache

import dagster as dg
import numpy as np

from technic_pipeline.sessions import Calendar, load_calendar
from technic_pipeline.settings import load_settings

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def range_tags(first: date | str, last: date | str) -> dict[str, str]:
    """What makes a run one of all sessions from the first to the last."""
    return {RANGE_START: str(first), RANGE_END: str(last)}


def session_partitions(calendar: Calendar) -> dg.TimeWindowPartitionsDefinition:
    """Weekdays without the exchange's holidays; today's is there from midnight on."""
    days = np.arange(np.datetime64(calendar.first), np.datetime64(calendar.last) + 1)
    weekdays = days[np.is_busday(days)]
    holidays = np.setdiff1d(weekdays, calendar.days)
    return dg.TimeWindowPartitionsDefinition(
        cron_schedule="0 0 * * 1-5",
        start=str(calendar.first),
        fmt="%Y-%m-%d",
        timezone=calendar.timezone,
        end_offset=1,
        exclusions=[datetime.combine(day, time()) for day in holidays.tolist()],
    )


@cache
def sessions() -> dg.TimeWindowPartitionsDefinition:
    """The partitions of the calendar that the settings name."""
    return session_partitions(load_calendar(load_settings().calendar))
