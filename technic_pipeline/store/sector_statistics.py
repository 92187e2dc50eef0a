"""The statistics of a day's sectors, and the digest by which a cache of them is judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline import faults
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.schema_fundamentals import sector_statistics

Columns = Mapping[str, NDArray | pa.Array]


def read_distribution_digest(url: str, as_of: date, sector_table: str) -> str | None:
    """The digest of the distributions of a day, None where there is none that still holds."""
    found = read_packed(url, "read_distribution_digest", [as_of, sector_table])["digest"]
    return found[0].as_py() if len(found) else None


def record_distribution(
    engine: sa.Engine, as_of: date, symbols: int, digest: str, sector_table: str, rows: Columns
) -> None:
    """Make these the statistics of the day; `rows` are columns of `sector_statistics`."""
    count = len(next(iter(rows.values())))
    with engine.begin() as connection:
        connection.execute(
            statement("record_distribution"),
            {"as_of": as_of, "symbols": symbols, "digest": digest, "sector_table": sector_table},
        )
        connection.execute(sa.delete(sector_statistics).where(sector_statistics.c.as_of == as_of))
        day = np.full(count, as_of, dtype="datetime64[D]")
        copy_columns(connection, "sector_statistics", {"as_of": day, **rows})
        faults.reach("before-commit-statistics")
    faults.reach("after-commit-statistics")
