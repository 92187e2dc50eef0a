"""Columns into PostgreSQL's binary COPY format, without a step a row.

The format (PostgreSQL manual, COPY, "Binary Format"): a header; then for every row the number of
fields as int16, and for every field its length as int32 (-1 for NULL) and its bytes, big-endian;
then int16 -1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from psycopg import sql

from technic_pipeline import faults
from technic_pipeline.store import binary_rows
from technic_pipeline.store.binary_fields import (
    Column,
    as_fixed_width,
    as_words,
    is_fixed_width,
)
from technic_pipeline.store.database import driver

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
# A piece's columns stay in the processor's cache, and the server reads one while the next is made.
# No power of two: columns that far apart would compete for the same lines of it.
PIECE_ROWS = 3_000


def copy_columns(connection: sa.Connection, table: str, columns: Mapping[str, Column]) -> None:
    """Append rows to a table; every column has one entry a row.

    float64 (NaN is NULL), int32, int64, datetime64[D] (NaT is NULL), two-dimensional float64 (an
    array a row, NaN a NULL element), and Arrow strings and integers (null is NULL).

    Raises:
        TypeError: a column's type has no encoding here.
    """
    ordered = in_stream_order(columns)
    target = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in ordered)
    )
    with driver(connection).cursor() as cursor, cursor.copy(target) as copy:
        copy.write(HEADER)
        for piece in encoded(list(ordered.values())):
            copy.write(memoryview(piece))  # pyright: ignore[reportArgumentType] - has a buffer
            faults.reach(f"mid-copy-{table}")
        copy.write(TRAILER)


def in_stream_order(columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns with those of fixed width first, in which order `encoded` takes them."""
    return dict(sorted(columns.items(), key=lambda named: not is_fixed_width(named[1])))


def encoded(columns: list[Column]) -> Iterator[NDArray[np.uint8]]:
    """The rows, some thousands at a time; columns of fixed width must stand before the others."""
    fixed = sum(map(is_fixed_width, columns))
    rows = len(columns[0])
    for start in range(0, rows, PIECE_ROWS):
        some = slice(start, start + PIECE_ROWS)
        yield _encode([column[some] for column in columns], fixed, min(PIECE_ROWS, rows - start))


def _encode(columns: list[Column], fixed: int, rows: int) -> NDArray[np.uint8]:
    bits, width, null = as_fixed_width(columns[:fixed], rows)
    other = [as_words(column) for column in columns[fixed:]]
    sizes = binary_rows.fixed_sizes(width, null)
    for words in other:
        sizes += 4 + np.diff(words.offset)
    ends = np.cumsum(sizes)
    stream = np.empty(int(ends[-1]), dtype=np.uint8)
    cursor = (ends - sizes).astype(np.uint64)
    binary_rows.put_fixed(stream, cursor, np.uint64(len(columns)), bits, width, null)
    for words in other:
        binary_rows.put_words(stream, cursor, words.data, words.offset, words.null)
    return stream
