"""Columns into PostgreSQL's binary COPY format, without a step a row.

The format (PostgreSQL manual, COPY, "Binary Format"): a header; then for every row the number of
fields as int16, and for every field its length as int32 (-1 for NULL) and its bytes, big-endian;
then int16 -1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numba import njit
from numpy.typing import NDArray
from psycopg import sql

from technic_pipeline.store.database import driver

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
POSTGRES_EPOCH = np.datetime64("2000-01-01", "D")
FLOAT8_OID = 701
# One CopyData message a call; far below the protocol's 1 GB, large enough to cost nothing.
CHUNK = 1 << 20


class Field(NamedTuple):
    """One column's bytes: row i's are `data[offset[i]:offset[i + 1]]`, none where it is null."""

    data: NDArray[np.uint8]
    offset: NDArray[np.int64]
    null: NDArray[np.bool_]


Column = NDArray | pa.Array


def copy_columns(connection: sa.Connection, table: str, columns: Mapping[str, Column]) -> None:
    """Append rows to a table; every column has one entry a row.

    float64 (NaN is NULL), int32, int64, datetime64[D] (NaT is NULL), two-dimensional float64 (an
    array a row, NaN a NULL element), and Arrow strings and integers (null is NULL).
    """
    payload = encode({name: as_field(column) for name, column in columns.items()})
    target = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    )
    view = memoryview(payload)  # pyright: ignore[reportArgumentType] - arrays have a buffer
    with driver(connection).cursor() as cursor, cursor.copy(target) as copy:
        for start in range(0, len(view), CHUNK):
            copy.write(view[start : start + CHUNK])


def encode(fields: Mapping[str, Field]) -> NDArray[np.uint8]:
    """The whole COPY stream."""
    rows = len(next(iter(fields.values())).null)
    sizes = np.full(rows, 2, dtype=np.int64)
    for field in fields.values():
        sizes += 4 + np.diff(field.offset)
    starts = len(HEADER) + np.concatenate([[0], np.cumsum(sizes)])
    stream = np.empty(starts[-1] + len(TRAILER), dtype=np.uint8)
    stream[: len(HEADER)] = np.frombuffer(HEADER, dtype=np.uint8)
    stream[starts[-1] :] = np.frombuffer(TRAILER, dtype=np.uint8)
    cursor = starts[:-1].copy()
    _put_count(stream, cursor, len(fields))
    for field in fields.values():
        _put_field(stream, cursor, field.data, field.offset, field.null)
    return stream


def as_field(column: Column) -> Field:
    """A column's bytes in the wire's order.

    Raises:
        TypeError: the column's type has no encoding here.
    """
    if not isinstance(column, np.ndarray):
        return _integers(column) if pa.types.is_integer(column.type) else _text(column)
    if column.dtype.kind == "M":
        days = (column.astype("datetime64[D]") - POSTGRES_EPOCH).astype(">i4")
        return _fixed(days, np.isnat(column))
    if column.dtype.kind == "f" and column.ndim == 2:  # noqa: PLR2004 - rows by elements
        return _float_arrays(column)
    if column.dtype.kind == "f":
        return _fixed(_big_endian(column), np.isnan(column))
    if column.dtype.kind == "i":
        return _fixed(_big_endian(column), np.zeros(len(column), dtype=bool))
    raise TypeError(f"no binary encoding for {column.dtype}")


def _big_endian(values: NDArray) -> NDArray:
    return values.astype(values.dtype.newbyteorder(">"))


def _fixed(values: NDArray, null: NDArray[np.bool_]) -> Field:
    width = values.dtype.itemsize
    kept = np.ascontiguousarray(values[~null]) if null.any() else np.ascontiguousarray(values)
    offset = np.concatenate([[0], np.cumsum(np.where(null, 0, width))])
    return Field(kept.view(np.uint8).reshape(-1), offset, null)


def _integers(column: pa.Array) -> Field:
    null = column.is_null().to_numpy(zero_copy_only=False)
    return _fixed(_big_endian(column.fill_null(0).to_numpy()), null)


def _text(column: pa.Array) -> Field:
    null = column.is_null().to_numpy(zero_copy_only=False)
    # Arrow allows a null to have bytes; a NULL on the wire has none.
    strings = column.cast(pa.large_string()).fill_null("")
    if strings.offset:
        strings = pa.concat_arrays([strings])
    _, offsets, data = strings.buffers()
    offset = np.frombuffer(offsets, dtype=np.int64)[: len(strings) + 1]
    content = np.frombuffer(data, dtype=np.uint8) if data else np.empty(0, dtype=np.uint8)
    return Field(content, offset, null)


def _float_arrays(values: NDArray[np.float64]) -> Field:
    """One-dimensional float8[]: dimensions, has-nulls, element type, length, lower bound, items."""
    rows, width = values.shape
    missing = np.isnan(values)
    sizes = 20 + 4 * width + 8 * (~missing).sum(axis=1)
    offset = np.concatenate([[0], np.cumsum(sizes)])
    data = np.empty(offset[-1], dtype=np.uint8)
    head = np.array([1, 1, FLOAT8_OID, width, 1], dtype=">i4").view(np.uint8)
    _put_arrays(
        data,
        offset,
        head,
        np.ascontiguousarray(_big_endian(values)).view(np.uint8).reshape(rows, 8 * width),
        missing,
    )
    return Field(data, offset, np.zeros(rows, dtype=bool))


@njit(cache=True, nogil=True)
def _put_count(stream, cursor, count):
    for row in range(cursor.size):
        stream[cursor[row]] = count >> 8
        stream[cursor[row] + 1] = count & 255
        cursor[row] += 2


@njit(cache=True, nogil=True)
def _put_field(stream, cursor, data, offset, null):
    for row in range(cursor.size):
        at = cursor[row]
        size = offset[row + 1] - offset[row]
        length = -1 if null[row] else size
        for byte in range(4):
            stream[at + byte] = (length >> (24 - 8 * byte)) & 255
        for byte in range(size):
            stream[at + 4 + byte] = data[offset[row] + byte]
        cursor[row] = at + 4 + size


@njit(cache=True, nogil=True)
def _put_arrays(data, offset, head, values, missing):
    for row in range(missing.shape[0]):
        at = offset[row]
        data[at : at + 20] = head
        at += 20
        for item in range(missing.shape[1]):
            length = -1 if missing[row, item] else 8
            for byte in range(4):
                data[at + byte] = (length >> (24 - 8 * byte)) & 255
            at += 4
            if not missing[row, item]:
                data[at : at + 8] = values[row, 8 * item : 8 * item + 8]
                at += 8
