"""What a database holds, read back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from technic_pipeline.store.schema import metadata


def query(engine: sa.Engine, text: str, **parameters: Any) -> list[tuple]:
    """The rows of a query as plain tuples."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(text), parameters)]


def contents(engine: sa.Engine) -> dict[str, list[str]]:
    """Every row of every table, in an order of its own, so that equal means nothing changed."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }
