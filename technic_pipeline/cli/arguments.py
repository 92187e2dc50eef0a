"""What a person types, as typed values."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from technic_pipeline.errors import BadDate, BadMoment


def parse_date(text: str | None) -> date | None:
    """A date written YYYY-MM-DD, None for None.

    Raises:
        BadDate: the text is no such date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDate(text) from None


def parse_moment(text: str | None, timezone: str) -> datetime | None:
    """A moment in ISO 8601, in a time zone unless it names an offset; a date alone is its end.

    Raises:
        BadMoment: the text is no such moment.
    """
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise BadMoment(text) from None
    else:
        moment = datetime.combine(day, time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
