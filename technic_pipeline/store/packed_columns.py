"""Columns out of PostgreSQL, each packed by the server into strings of bytes: no step a row.

A text column comes as the lengths of its entries and as their letters, one behind the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import sqlalchemy as sa

from technic_pipeline.store.database import driver, engine_for, query_text

# What the server makes of a value; where that is null, nothing is added.
_PACKING = {
    "bool": "boolsend({})",
    "int4": "int4send({})",
    "date": "int4send({} - date '1970-01-01')",
    "float8": "float8send(coalesce({}, 'NaN'))",
    "text": "textsend({})",
}
_LENGTH = "int4send(coalesce(octet_length({}), -1))"
# On the way, and in the table.
_NUMBERS = {
    "bool": ("?", pa.bool_()),
    "int4": (">i4", pa.int32()),
    "date": (">i4", pa.date32()),
    "float8": (">f8", pa.float64()),
}

# Columns' names and types, as PostgreSQL calls them.
_Types = tuple[tuple[str, str], ...]


# Of each query, by its text and number of parameters.
_known_types: dict[tuple[str, int], _Types] = {}


def read_packed(
    url: str, name: str, parameters: Sequence[Any] = (), columns: Sequence[str] = ()
) -> pa.Table:
    """What `read_arrow` reads, in less time; the server holds all of it in memory at once.

    Of bool, int4, date, float8 and text columns; NaN is read as null. Of bool, int4 and date none
    may be missing.
    """
    # One statement needs no transaction, which would be two more trips to the server.
    alone = engine_for(url).execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        return read_packed_within(connection, name, parameters, columns)


def read_packed_within(
    connection: sa.Connection,
    name: str,
    parameters: Sequence[Any] = (),
    columns: Sequence[str] = (),
) -> pa.Table:
    """The same, as a transaction sees it."""
    query = query_text(name, columns)
    cursor = psycopg.RawCursor(driver(connection))
    types = _types(cursor, query, len(parameters))
    packing = _packing(query, types).encode()
    # Prepared, it would in time be planned for any session, not for this one.
    [packed] = cursor.execute(packing, parameters, prepare=False, binary=True).fetchall()
    strings = (part or b"" for part in packed)
    return pa.table({column: _unpacked(kind, strings) for column, kind in types})


def _types(cursor: psycopg.RawCursor, query: str, parameters: int) -> _Types:
    if (query, parameters) not in _known_types:
        only_types = f"select * from ({query}) selected limit 0"  # noqa: S608 - one of statements/
        cursor.execute(only_types.encode(), [None] * parameters)
        known = cursor.adapters.types
        _known_types[query, parameters] = tuple(
            (column.name, known[column.type_code].name) for column in cursor.description or ()
        )
    return _known_types[query, parameters]


def _packing(query: str, types: _Types) -> str:
    """The query that packs what another one selects."""
    packed = [
        f"string_agg({how}, '')".replace("{}", f'"{column}"')
        for column, kind in types
        for how in ([_LENGTH] if kind == "text" else []) + [_PACKING[kind]]
    ]
    return f"select {', '.join(packed)} from ({query}) selected"  # noqa: S608 - one of statements/


def _unpacked(kind: str, strings: Iterator[bytes]) -> pa.Array:
    if kind == "text":
        return _text(np.frombuffer(next(strings), ">i4"), next(strings))
    sent, arrow = _NUMBERS[kind]
    values = np.frombuffer(next(strings), sent)
    native = values.astype(values.dtype.newbyteorder("="))
    return pa.array(native, from_pandas=True).view(arrow)


def _text(length: np.ndarray, letters: bytes) -> pa.Array:
    end = np.cumsum(np.maximum(length, 0), dtype=np.int32)
    offset = np.concatenate([np.zeros(1, np.int32), end])
    present = pa.array(length >= 0).buffers()[1]
    return pa.StringArray.from_buffers(
        len(length), pa.py_buffer(offset), pa.py_buffer(letters), present
    )
