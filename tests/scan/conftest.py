"""A database of companies without bars, for tests of fundamental scores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database
from filers import TICKERS, filings

from technic_pipeline.services import Endpoints
from technic_pipeline.sources import SymbolDescription
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.schema import metadata

NAME = "filers"


@pytest.fixture(scope="session")
def filers_url(servers: Endpoints) -> Iterator[str]:
    """One migrated database for all these tests, because making one takes longer than they do."""
    url = create_database(servers, NAME, TEMPLATE)
    yield url
    engine_for(url).dispose()
    drop_database(servers, NAME)


@pytest.fixture
def listed(filers_url: str) -> Iterator[str]:
    """Twenty symbols, 1 to 20: ten are Energy, five Materials, and five in no sector."""
    engine = engine_for(filers_url)
    with engine.begin() as connection:
        for ticker in TICKERS:
            connection.execute(
                sa.text(
                    "with s as (insert into symbols (ticker) values (:ticker) returning *)"
                    " insert into symbol_tickers (symbol_id, ticker)"
                    " select symbol_id, ticker from s"
                ),
                {"ticker": ticker},
            )
    sectors = ["Energy"] * 10 + ["Basic Materials"] * 5 + ["Miscellaneous"] * 5
    described = [SymbolDescription(t, sector=s) for t, s in zip(TICKERS, sectors, strict=True)]
    record_descriptions(engine, described)
    yield filers_url
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text(f"truncate {tables} restart identity"))


@pytest.fixture
def told(listed: str) -> str:
    """Each of them has told its ratios a month before the session."""
    record_ratios(engine_for(listed), filings(date(2016, 5, 2)))
    return listed
