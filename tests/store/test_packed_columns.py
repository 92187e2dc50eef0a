"""What the server packs is what it has, bit by bit, in its order."""

from __future__ import annotations

import pyarrow as pa
import pytest
import sqlalchemy as sa

from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.packed_columns import read_packed

DESCRIPTIONS = """
insert into symbols (ticker, name, type, sector, industry) values
    ('PLAIN', 'Plain, Inc.', 'CS', 'Energy', 'Oil'),
    ('LINES', E'two\\nlines', 'CS', '', null),
    ('ÉTÉ', 'Société Générale 日本', null, 'Materials', 'Gold'),
    ('NULLS', null, null, null, null)
"""
RATIOS = """
insert into fundamentals (symbol_id, known_on, ticker, market_cap, quick, cash, current)
select symbol_id, date '1999-12-31' + symbol_id, ticker,
       '1e300', '-0', '4.9406564584124654e-324', 'Infinity'
from symbols where ticker <> 'NULLS'
"""


@pytest.fixture
def described(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(DESCRIPTIONS))
        connection.execute(sa.text(RATIOS))


@pytest.mark.usefixtures("described")
@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # Text of every kind, whole numbers and truths, in an order.
        ("read_descriptions", ["2016-03-01", "2016-03-08"]),
        # Days, and numbers at the ends of their range.
        ("read_ratios_of", ["2016-03-01", "{1,2,3,4}"]),
        # Nothing at all.
        ("read_ratios_of", ["1999-01-01", "{1,2,3,4}"]),
    ],
)
def test_packed_columns_are_those_that_arrow_reads(
    database_url: str, name: str, parameters: list[str]
) -> None:
    plain = read_arrow(database_url, name, parameters)
    packed = read_packed(database_url, name, parameters)
    assert packed.schema == plain.schema
    for column in plain.column_names:
        assert bits(packed[column]) == bits(plain[column]), column


def bits(column: pa.ChunkedArray) -> list[object]:
    """The entries, numbers as their bits."""
    return [entry.hex() if isinstance(entry, float) else entry for entry in column.to_pylist()]
