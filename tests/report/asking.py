"""What SQL says of a database."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row


def asked(url: str, query: str, *parameters: Any) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    with psycopg.connect(url) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def told(url: str, command: str, *parameters: Any) -> None:
    """Run a command."""
    with psycopg.connect(url) as connection:
        connection.execute(command, parameters)  # type: ignore[arg-type]
