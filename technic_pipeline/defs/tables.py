"""The table that an asset fills, as Dagster shows it."""

from __future__ import annotations

from typing import Any

import dagster as dg
import sqlalchemy as sa

# Who is asked when an asset fails.
OWNERS = ("team:market",)


def fills(table: sa.Table) -> dict[str, Any]:
    """Metadata that names a table and its columns."""
    return {
        "dagster/table_name": table.name,
        "dagster/column_schema": dg.TableSchema([_column(column) for column in table.columns]),
    }


def _column(column: sa.Column) -> dg.TableColumn:
    others = ["primary key"] if column.primary_key else []
    return dg.TableColumn(
        column.name,
        type=str(column.type).lower(),
        constraints=dg.TableColumnConstraints(nullable=bool(column.nullable), other=others),
    )
