"""What stands in a column, in the shapes that `binary_rows` writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.flat_text import flat_text
from technic_pipeline.store import binary_rows

Column = NDArray | pa.Array

POSTGRES_EPOCH = np.datetime64("2000-01-01", "D")
FLOAT8_OID = 701


class Words(NamedTuple):
    """Fields of any length: row i's is `data[offset[i]:offset[i + 1]]`, none where it is null."""

    data: NDArray[np.uint8]
    offset: NDArray[np.int64]
    null: NDArray[np.bool_]


def is_fixed_width(column: Column) -> bool:
    """Whether all fields of a column are equally long.

    Raises:
        TypeError: the column's type has no encoding here.
    """
    if not isinstance(column, np.ndarray):
        return pa.types.is_integer(column.type)
    if column.dtype.kind != "M" and column.dtype not in (np.float64, np.int32, np.int64):
        raise TypeError(f"no binary encoding for {column.dtype}")
    return column.ndim == 1


def as_fixed_width(
    columns: Sequence[Column], rows: int
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.bool_]]:
    """Bits, a row of the array a column; each column's width in bytes; and where it is NULL."""
    bits = np.empty((len(columns), rows), dtype=np.int64)
    null = np.zeros(bits.shape, dtype=np.bool_)
    width = np.empty(len(columns), dtype=np.uint8)
    for at, column in enumerate(columns):
        width[at] = _put_bits(column, bits[at], null[at])
    return bits, width, null


def _put_bits(column: Column, bits: NDArray[np.int64], null: NDArray[np.bool_]) -> int:
    """Fill one row of both, and return the width of a field."""
    if not isinstance(column, np.ndarray):
        null[:] = column.is_null().to_numpy(zero_copy_only=False)
        bits[:] = column.fill_null(0).to_numpy()
        return column.type.bit_width // 8
    if column.dtype == np.float64:
        bits.view(np.float64)[:] = column
        np.isnan(column, out=null)
        return 8
    if column.dtype.kind == "M":
        np.isnat(column, out=null)
        bits[:] = (column.astype("datetime64[D]") - POSTGRES_EPOCH).astype(np.int64)
        return 4
    bits[:] = column
    return column.dtype.itemsize


def as_words(column: Column) -> Words:
    """The bytes of text, or of an array a row."""
    if isinstance(column, np.ndarray):
        return _float_arrays(column)
    text = flat_text(column)
    return Words(text.letters, text.offset, text.null)


def _float_arrays(values: NDArray[np.float64]) -> Words:
    """One-dimensional float8[]: dimensions, has-nulls, element type, length, lower bound, items."""
    rows, width = values.shape
    missing = np.isnan(values)
    sizes = 20 + 4 * width + 8 * (~missing).sum(axis=1)
    offset = np.concatenate([[0], np.cumsum(sizes)])
    data = np.empty(offset[-1], dtype=np.uint8)
    head = np.array([1, 1, FLOAT8_OID, width, 1], dtype=">i4").view(np.uint8)
    bits = np.ascontiguousarray(values).view(np.int64)
    binary_rows.put_arrays(data, offset[:-1].astype(np.uint64), head, bits, missing)
    return Words(data, offset, np.zeros(rows, dtype=bool))
