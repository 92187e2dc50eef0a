"""The newest ratios of every company."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from technic_pipeline.errors import PlanTooSmall
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.pages import pages
from technic_pipeline.sources.ratios import RatioRecord
from technic_pipeline.sources.reference import RATIO_METRICS, Ratios

ENDPOINT = "ratios"
PATH = "/stocks/financials/v1/ratios"
PAGE = 50_000  # the largest that the vendor gives

RatiosPage: Any = msgspec.defstruct(
    "RatiosPage", [("results", list[RatioRecord]), ("next_url", str | None, None)]
)


def fetch_ratios(connection: Connection) -> list[Ratios] | None:
    """What the vendor says today, None where the plan does not include it.

    `known_on` is the date in the vendor's record. A number that is not finite is None.

    Raises:
        VendorError: as `Connection.get`.
    """
    try:
        return [
            _ratios(record)
            for page in pages(connection, ENDPOINT, PATH, {"limit": str(PAGE)}, RatiosPage)
            for record in page.results
        ]
    except PlanTooSmall:
        return None


def _ratios(record: Any) -> Ratios:
    values = {name: getattr(record, name) for name in RATIO_METRICS}
    finite = {n: v if v is not None and math.isfinite(v) else None for n, v in values.items()}
    return Ratios(record.ticker, record.date, **finite)
