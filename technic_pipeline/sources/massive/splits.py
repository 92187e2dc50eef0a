"""Splits as the vendor lists them."""

from __future__ import annotations

from datetime import date
from functools import partial

import msgspec

from technic_pipeline.sources.listings import SplitRecord
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.pages import pages
from technic_pipeline.sources.massive.replies import decode
from technic_pipeline.sources.reference import Split

ENDPOINT = "splits"
PATH = "/stocks/v1/splits"
PAGE = 5_000  # the largest that the vendor gives


class SplitsPage(msgspec.Struct):
    """One page."""

    results: list[SplitRecord]
    next_url: str | None = None


def first_split(connection: Connection) -> None:
    """Ask for one split and no more, of which nothing is kept.

    Raises:
        VendorError: as `Connection.get`.
    """
    connection.get(ENDPOINT, PATH, {"limit": "1"}, partial(decode, ENDPOINT, shape=SplitsPage))


def fetch_splits(connection: Connection, since: date = date.min) -> list[Split]:
    """Splits executed on `since` or later, announced ones too.

    Raises:
        VendorError: as `Connection.get`.
    """
    parameters = {"limit": str(PAGE), "sort": "execution_date.asc"}
    if since > date.min:
        parameters["execution_date.gte"] = since.isoformat()
    return [
        Split(r.ticker, r.execution_date, r.split_from, r.split_to, r.id)
        for page in pages(connection, ENDPOINT, PATH, parameters, SplitsPage)
        for r in page.results
    ]
