"""Fields into the rows of a COPY stream: the loops over every field, compiled.

`cursor` says for every row where its next field begins, and moves on behind it. Places are
unsigned, because a signed index costs a look whether it counts from the end.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# So many rows are written side by side that a column is read by whole cache lines.
ROWS_AT_ONCE = 16


@njit(cache=True, nogil=True)
def fixed_sizes(width, null):
    """The bytes of each row, its number of fields included; int64."""
    columns, rows = null.shape
    sizes = np.full(rows, 2 + 4 * columns, dtype=np.int64)
    for column in range(columns):
        for row in range(rows):
            if not null[column, row]:
                sizes[row] += width[column]
    return sizes


@njit(cache=True, nogil=True)
def put_fixed(stream, cursor, count, bits, width, null):
    """Begin every row with its number of fields, and write those of fixed width."""
    columns, rows = bits.shape
    for first in range(0, rows, ROWS_AT_ONCE):
        last = min(first + ROWS_AT_ONCE, rows)
        for row in range(first, last):
            at = cursor[row]
            stream[at] = (count >> np.uint64(8)) & np.uint64(255)
            stream[at + np.uint64(1)] = count & np.uint64(255)
            cursor[row] = at + np.uint64(2)
        for column in range(columns):
            for row in range(first, last):
                at = cursor[row]
                if null[column, row]:
                    _put_int32(stream, at, np.int32(-1))
                    cursor[row] = at + np.uint64(4)
                elif width[column] == 8:  # noqa: PLR2004 - bytes of a double or a bigint
                    _put_int32(stream, at, np.int32(8))
                    _put_int64(stream, at + np.uint64(4), bits[column, row])
                    cursor[row] = at + np.uint64(12)
                else:
                    _put_int32(stream, at, np.int32(4))
                    _put_int32(stream, at + np.uint64(4), np.int32(bits[column, row]))
                    cursor[row] = at + np.uint64(8)


@njit(cache=True, nogil=True)
def put_words(stream, cursor, data, offset, null):
    """Write a field of any length into every row."""
    for row in range(cursor.size):
        at = cursor[row]
        first = offset[row]
        size = offset[row + 1] - first
        _put_int32(stream, at, np.int32(-1) if null[row] else np.int32(size))
        at += np.uint64(4)
        for byte in range(size):
            stream[at + np.uint64(byte)] = data[first + byte]
        cursor[row] = at + np.uint64(size)


@njit(cache=True, nogil=True)
def put_arrays(data, cursor, head, bits, null):
    """Write an array of doubles for every row: its head, then its items."""
    for row in range(bits.shape[0]):
        at = cursor[row]
        for byte in range(head.size):
            data[at + np.uint64(byte)] = head[byte]
        at += np.uint64(head.size)
        for item in range(bits.shape[1]):
            if null[row, item]:
                _put_int32(data, at, np.int32(-1))
                at += np.uint64(4)
            else:
                _put_int32(data, at, np.int32(8))
                _put_int64(data, at + np.uint64(4), bits[row, item])
                at += np.uint64(12)


@njit(cache=True, nogil=True, inline="always")
def _put_int32(stream, at, value):
    # Written out, so that the compiler makes one swap and one store of it.
    stream[at] = (value >> 24) & 255
    stream[at + np.uint64(1)] = (value >> 16) & 255
    stream[at + np.uint64(2)] = (value >> 8) & 255
    stream[at + np.uint64(3)] = value & 255


@njit(cache=True, nogil=True, inline="always")
def _put_int64(stream, at, value):
    stream[at] = (value >> 56) & 255
    stream[at + np.uint64(1)] = (value >> 48) & 255
    stream[at + np.uint64(2)] = (value >> 40) & 255
    stream[at + np.uint64(3)] = (value >> 32) & 255
    stream[at + np.uint64(4)] = (value >> 24) & 255
    stream[at + np.uint64(5)] = (value >> 16) & 255
    stream[at + np.uint64(6)] = (value >> 8) & 255
    stream[at + np.uint64(7)] = value & 255
