"""Query results on a terminal, as JSON, as CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

# Wide enough that nothing is cut off where the output goes into a file or another program.
PIPED_WIDTH = 1000


def standard_output() -> Console:
    """A console as wide as the terminal, or as the text where there is none."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


@dataclass(frozen=True)
class Result:
    """Column names and rows."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def write_json(result: Result) -> None:
    """A JSON array of objects on standard output, numbers in full precision."""
    objects = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    json.dump(objects, sys.stdout, default=_plain, indent=1)
    sys.stdout.write("\n")


def write_csv(result: Result) -> None:
    """CSV with a header on standard output, numbers in full precision."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.rows)


def print_table(result: Result, console: Console) -> None:
    """A plain table, numbers aligned right and shortened."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for position, name in enumerate(result.columns):
        numeric = any(isinstance(row[position], int | float) for row in result.rows)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=True)
    for row in result.rows:
        table.add_row(*[_short(value) for value in row])
    console.print(table)


def _short(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
