"""What goes through binary COPY comes back out of a real table, bit for bit."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from technic_pipeline.store.binary_copy import Column, copy_columns
from technic_pipeline.store.database import engine_for

TYPES = {
    "number": "float8",
    "small": "integer",
    "large": "bigint",
    "day": "date",
    "small_or_null": "integer",
    "large_or_null": "bigint",
    "words": "text",
    "numbers": "float8[]",
}
INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
FLOAT = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ROWS = st.lists(
    st.tuples(
        FLOAT,
        INT32,
        INT64,
        st.none() | st.dates(),
        st.none() | INT32,
        st.none() | INT64,
        st.none() | TEXT,
        st.tuples(FLOAT, FLOAT, FLOAT),
    ),
    max_size=20,
)
SMALLEST = 5e-324

# The first layout of a kind is compiled, which takes a second.
while_compiling = settings(deadline=None)

Store = Callable[[Mapping[str, Column]], list[tuple]]


@pytest.fixture(scope="module")
def stored(partitioned_url: str) -> Iterator[Store]:
    """Columns through COPY into an empty table, and the rows that are then in it."""
    with engine_for(partitioned_url).connect() as connection:
        listed = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
        connection.execute(sa.text(f"create temporary table copied (at serial, {listed})"))
        connection.commit()

        def through(columns: Mapping[str, Column]) -> list[tuple]:
            copy_columns(connection, "copied", columns)
            found = connection.execute(
                sa.text(f"select {', '.join(columns)} from copied order by at")
            )
            rows = [tuple(row) for row in found]
            connection.execute(sa.text("truncate copied restart identity"))
            return rows

        yield through
        connection.rollback()


def as_columns(rows: list[tuple[Any, ...]]) -> dict[str, Column]:
    number, small, large, day, small_or_null, large_or_null, words, numbers = (
        zip(*rows, strict=True) if rows else [()] * len(TYPES)
    )
    return {
        "number": np.array(number, np.float64),
        "small": np.array(small, np.int32),
        "large": np.array(large, np.int64),
        "day": np.array(day, "datetime64[D]"),
        "small_or_null": pa.array(small_or_null, pa.int32()),
        "large_or_null": pa.array(large_or_null, pa.int64()),
        "words": pa.array(words, pa.string()),
        "numbers": np.array(numbers, np.float64).reshape(len(rows), 3),
    }


def bits(value: object) -> object:
    """Floats by their bytes, so that -0.0 is not 0.0; NaN as the NULL that it becomes."""
    if isinstance(value, float):
        return None if math.isnan(value) else struct.pack(">d", value)
    return [bits(item) for item in value] if isinstance(value, list | tuple) else value


@while_compiling
@given(ROWS)
@example([])
@example(
    [
        (-0.0, -1, -(2**63), date(1, 1, 1), None, 2**63 - 1, "", (-0.0, math.nan, SMALLEST)),
        (SMALLEST, 0, 0, date(9999, 12, 31), 0, None, None, (math.nan,) * 3),
        (math.nan, 2**31 - 1, 256, date(2000, 1, 1), -1, 0, "Ä\n\t\\\U0001f600", (math.inf,) * 3),
    ]
)
def test_every_type_of_column_comes_back_as_it_was(stored: Store, rows: list[tuple]) -> None:
    assert bits(stored(as_columns(rows))) == bits(rows)


@while_compiling
@given(ROWS, st.data())
def test_a_part_of_a_column_comes_back_as_that_part(
    stored: Store, rows: list[tuple], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(rows)))
    last = data.draw(st.integers(first, len(rows)))
    part = {name: column[first:last] for name, column in as_columns(rows).items()}
    assert bits(stored(part)) == bits(rows[first:last])


@while_compiling
@given(ROWS)
def test_a_column_that_skips_through_memory_comes_back_in_its_order(
    stored: Store, rows: list[tuple]
) -> None:
    """Backwards, transposed, in wider text: layouts that other libraries hand over."""
    columns = as_columns(rows)
    skipping = {
        name: column[::-1] if isinstance(column, np.ndarray) else column[::-1].cast(column.type)
        for name, column in columns.items()
    }
    skipping["words"] = pa.array([row[6] for row in rows][::-1], pa.large_string())
    skipping["numbers"] = np.asfortranarray(skipping["numbers"])
    assert bits(stored(skipping)) == bits(rows[::-1])


def test_a_null_text_that_still_has_bytes_is_null(stored: Store) -> None:
    """Arrow leaves the bytes below a cleared bit of validity as they are."""
    _, offsets, data = pa.array(["gone", "stays"], pa.large_string()).buffers()
    second_only = pa.py_buffer(bytes([0b10]))
    words = pa.Array.from_buffers(pa.large_string(), 2, [second_only, offsets, data])
    assert stored({"words": words, "small": np.array([1, 2], np.int32)}) == [
        (None, 1),
        ("stays", 2),
    ]


@pytest.mark.parametrize("width", [0, 1, 3])
def test_arrays_of_any_width_come_back(stored: Store, width: int) -> None:
    values = np.arange(4.0 * width).reshape(4, width)
    assert stored({"numbers": values}) == [(row,) for row in values.tolist()]


def test_more_than_a_megabyte_goes_in_several_messages_and_comes_back_whole(
    stored: Store,
) -> None:
    rows = 40_000
    number = np.random.default_rng(1).normal(size=rows)
    words = [("x" * (at % 90)) for at in range(rows)]
    columns = {"number": number, "words": pa.array(words, pa.string())}
    assert stored(columns) == list(zip(number.tolist(), words, strict=True))


@pytest.mark.parametrize(
    "column",
    [np.array([True]), np.array(["a"]), np.array([1j]), np.array([None], dtype=object)],
    ids=["booleans", "fixed text", "complex", "objects"],
)
def test_a_type_without_an_encoding_is_refused(stored: Store, column: Column) -> None:
    with pytest.raises(TypeError, match="no binary encoding"):
        stored({"number": column})
