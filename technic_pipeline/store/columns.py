"""What all tables are made with: their metadata, and the columns that recur."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, TIMESTAMP

metadata = sa.MetaData()


def number(name: str) -> sa.Column[float]:
    """A double that may be missing."""
    return sa.Column(name, DOUBLE_PRECISION)


def moment(name: str, **options: object) -> sa.Column:
    """A point in time."""
    return sa.Column(name, TIMESTAMP(timezone=True), **options)  # type: ignore[arg-type]
