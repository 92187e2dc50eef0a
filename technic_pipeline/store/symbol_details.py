"""Which security each symbol is to the vendor, and what it says of one asked for alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from technic_pipeline.sources import SymbolDescription, TickerChange
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement
from technic_pipeline.store.schema_vendor import symbol_details
from technic_pipeline.store.ticker_changes import record_changes

LISTED = ("ticker", "composite_figi", "cik")


class IdentityChange(NamedTuple):
    """A listed ticker that is another security than the symbol which bears it.

    `renamed` when that security is known here under another ticker.
    """

    ticker: str
    composite_figi: str
    renamed: bool


class Asked(NamedTuple):
    """A symbol to ask the vendor for, by the ticker that it bears.

    `began_here` when sessions from before its first one are stored.
    """

    symbol_id: int
    ticker: str
    first_session: date
    began_here: bool


class Details(NamedTuple):
    """What the vendor says of one company; None where it says nothing."""

    sic_code: str | None
    industry: str | None


def find_identity_changes(
    engine: sa.Engine, listed: Sequence[SymbolDescription]
) -> list[IdentityChange]:
    """Which of the listed tickers have changed hands or names since the list before, by ticker."""
    with engine.begin() as connection:
        _stage(connection, listed)
        rows = connection.execute(statement("find_identity_changes"))
        return [IdentityChange(*row) for row in rows]


def record_listed(
    engine: sa.Engine, listed: Sequence[SymbolDescription], unexplained: Sequence[str]
) -> None:
    """Keep which security each listed ticker is, but for those still to be explained."""
    with engine.begin() as connection:
        _stage(connection, listed)
        connection.execute(statement("record_listed"), {"unexplained": list(unexplained)})


def symbols_to_ask(engine: sa.Engine, most: int | None = None) -> list[Asked]:
    """Companies never asked for before, most liquid first."""
    with engine.connect() as connection:
        rows = connection.execute(statement("read_symbols_to_ask"), {"most": most})
        return [Asked(*row) for row in rows]


def record_details(
    engine: sa.Engine,
    symbol_id: int,
    details: Details,
    list_date: date | None,
    changes: Sequence[TickerChange] = (),
) -> None:
    """Keep what the vendor says of a symbol, and that it was asked.

    Changes of ticker are kept with it, since nobody asks again; they wait to be applied.
    """
    insert = postgresql.insert(symbol_details).values(
        symbol_id=symbol_id,
        **details._asdict(),
        list_date=list_date,
        asked_at=sa.func.clock_timestamp(),
    )
    said = ("sic_code", "industry", "list_date", "asked_at")
    with engine.begin() as connection:
        record_changes(connection, changes)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["symbol_id"], set_={name: insert.excluded[name] for name in said}
            )
        )


def inherit_details(engine: sa.Engine) -> None:
    """Hand on what is known of symbols that were merged to those they went into."""
    with engine.begin() as connection:
        connection.execute(statement("inherit_details"))


def last_bar_before(engine: sa.Engine, symbol_id: int, day: date) -> date | None:
    """The last session before a day in which a symbol traded."""
    with engine.connect() as connection:
        at = {"symbol_id": symbol_id, "day": day}
        return connection.scalar(statement("read_last_bar_before"), at)


def read_details(engine: sa.Engine) -> dict[str, Details]:
    """What is known of companies that were asked for, by the ticker of today."""
    with engine.connect() as connection:
        rows = connection.execute(statement("read_details"))
        return {ticker: Details(*said) for ticker, *said in rows}


def _stage(connection: sa.Connection, listed: Sequence[SymbolDescription]) -> None:
    connection.execute(statement("stage_listed"))
    columns = {
        name: pa.array([getattr(one, name) for one in listed], pa.string()) for name in LISTED
    }
    copy_columns(connection, "staged_listed", columns)
    connection.execute(sa.text("analyze staged_listed"))
