"""What the vendor's reference data says of tickers: a list of all, and details of one."""

from __future__ import annotations

from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

import msgspec

from technic_pipeline.errors import ChangedReply, EmptyReply, TickerNotListed, VendorRefused
from technic_pipeline.sources.listings import Text
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.pages import pages
from technic_pipeline.sources.massive.replies import decode
from technic_pipeline.sources.massive.sic import sector_of_sic
from technic_pipeline.sources.reference import SymbolDescription

LIST, DETAILS = "tickers", "ticker details"
PATH = "/v3/reference/tickers"
PAGE = 1_000  # the largest that the vendor gives

# A time stamp, of which the day counts.
Stamp = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}")]


class TickerRecord(msgspec.Struct):
    """An entry of the list; details have the last four fields too."""

    ticker: Text
    name: Text | None = None
    type: Text | None = None
    primary_exchange: Text | None = None
    composite_figi: Text | None = None
    cik: Text | None = None
    active: bool | None = None
    delisted_utc: Stamp | None = None
    sic_code: Text | None = None
    sic_description: Text | None = None
    market_cap: float | None = None
    list_date: date | None = None


class TickersPage(msgspec.Struct):
    """A page of the list."""

    results: list[TickerRecord]
    next_url: str | None = None


class DetailsReply(msgspec.Struct):
    """Details of one ticker."""

    results: TickerRecord


def fetch_descriptions(connection: Connection) -> list[SymbolDescription]:
    """Every stock ticker that is listed now, each once: pages shift while they are read.

    Raises:
        EmptyReply: the vendor lists none that is listed now.
        VendorError: as `Connection.get`.
    """
    parameters = {"market": "stocks", "active": "true", "limit": str(PAGE)}
    read = pages(connection, LIST, PATH, parameters, TickersPage)
    listed = {record.ticker: _description(record) for page in read for record in page.results}
    if not listed:
        raise EmptyReply(LIST, "thousands of tickers are listed")
    return list(listed.values())


def fetch_details(connection: Connection, ticker: str) -> SymbolDescription:
    """What the vendor knows of one ticker.

    Raises:
        TickerNotListed: that is nothing.
        VendorError: as `Connection.get`.
    """
    path = f"{PATH}/{quote(ticker, safe='')}"
    try:
        reply = connection.get(DETAILS, path, {}, partial(decode, DETAILS, shape=DetailsReply))
    except VendorRefused as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            raise TickerNotListed(ticker) from None
        raise
    return _description(reply.results)


def _description(record: TickerRecord) -> SymbolDescription:
    return SymbolDescription(
        ticker=record.ticker,
        name=record.name or None,
        type=record.type or None,
        exchange=record.primary_exchange or None,
        sector=sector_of_sic(record.sic_code),
        industry=record.sic_description or None,
        composite_figi=record.composite_figi or None,
        cik=record.cik or None,
        active=record.active,
        delisted_on=_day(record.delisted_utc),
        sic_code=record.sic_code or None,
        market_cap=record.market_cap,
        list_date=record.list_date,
    )


def _day(stamp: str | None) -> date | None:
    try:
        return date.fromisoformat(stamp[:10]) if stamp else None
    except ValueError as error:
        problem = f"{error} - at `$.results[...].delisted_utc`"
        raise ChangedReply(LIST, problem) from None
