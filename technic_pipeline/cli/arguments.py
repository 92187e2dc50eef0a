"""What a person types, as typed values."""

from __future__ import annotations

from datetime import date

from technic_pipeline.errors import BadDate


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
