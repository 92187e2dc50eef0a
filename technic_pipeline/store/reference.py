"""Descriptions of symbols, and when each became known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from technic_pipeline import faults
from technic_pipeline.sources import SymbolDescription
from technic_pipeline.sources.sectors import gics_sector
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement

FIELDS = ("ticker", "name", "type", "exchange", "industry")


@dataclass(frozen=True)
class ReferenceReport:
    """How many descriptions were listed and changed, and which sector words mean no sector."""

    listed: int
    changed: int
    unknown_sectors: dict[str, int]


def record_descriptions(
    engine: sa.Engine, descriptions: Sequence[SymbolDescription]
) -> ReferenceReport:
    """Describe the symbols that bear the listed tickers now."""
    columns = {name: [getattr(d, name) for d in descriptions] for name in FIELDS}
    columns["sector_given"] = [d.sector for d in descriptions]
    columns["sector"] = [gics_sector(d.sector) for d in descriptions]
    with engine.begin() as connection:
        connection.execute(statement("stage_descriptions"))
        copy_columns(
            connection,
            "staged_descriptions",
            {name: pa.array(values, pa.string()) for name, values in columns.items()},
        )
        changed = connection.scalar(statement("record_descriptions"))
        faults.reach("before-commit-descriptions")
    faults.reach("after-commit-descriptions")
    unknown = Counter(d.sector for d in descriptions if d.sector and not gics_sector(d.sector))
    return ReferenceReport(len(descriptions), changed or 0, dict(unknown))
