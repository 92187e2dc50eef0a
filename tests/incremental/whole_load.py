"""A market into a database in one go, and what the database then holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import astuple
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from market import Market, Security

from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import driver
from technic_pipeline.store.schema import metadata

# The symbols lie on both sides of a border between blocks of 256.
FIRST_SYMBOL_ID = 251
NUMBERS = ("open", "high", "low", "close", "volume", "vwap")

# By ticker, because ids depend on the order of arrival. A row without a bar would have none.
ROWS = (
    f"select b.ticker, i.session, i.bars, {', '.join(f'i.{name}' for name in STORED_COLUMNS)}"
    " from indicators i left join daily_bars b using (symbol_id, session)"
    ' order by b.ticker collate "C", i.session'
)
BARS = (
    "select ticker, session, open, high, low, close, volume from daily_bars"
    ' order by ticker collate "C", session'
)


def load_in_one_go(engine: sa.Engine, market: Market) -> None:
    """Empty the database and put the market's bars and lists there, every change pending.

    Nothing of `technic_pipeline.store` but COPY takes part, so that what arrived piece by piece is
    compared with something else.
    """
    securities = sorted({market.security(ticker, since) for ticker, since, _ in market.stretches()})
    ids = {security: FIRST_SYMBOL_ID + at for at, security in enumerate(securities)}

    def symbol(ticker: str, day: date) -> int:
        return ids[market.security(ticker, day)]

    with engine.begin() as connection:
        _empty(connection)
        _load_symbols(connection, market, ids)
        _load_bars(connection, market, symbol)
        _load_lists(connection, market, symbol)
        connection.execute(
            sa.text(
                "insert into pending_changes (symbol_id, from_session)"
                " select symbol_id, min(session) from daily_bars group by symbol_id"
            )
        )


def digest(engine: sa.Engine, query: str) -> str:
    """A digest of every bit of a query's rows, in their order."""
    found = hashlib.sha256()
    with (
        engine.connect() as connection,
        driver(connection).cursor() as cursor,
        cursor.copy(f"copy ({query}) to stdout (format binary)") as copy,  # pyright: ignore[reportArgumentType, reportCallIssue] - names are ours
    ):
        for block in copy:
            found.update(block)
    return found.hexdigest()


def differences(one: sa.Engine, other: sa.Engine, query: str = ROWS) -> list[str]:
    """Where the query's rows differ between two databases, in words."""
    mine, theirs = _by_key(one, query), _by_key(other, query)
    found = [f"only one has {' '.join(map(str, key))}" for key in mine.keys() ^ theirs.keys()]
    for key in sorted(mine.keys() & theirs.keys()):
        for name, value in mine[key].items():
            if repr(value) != repr(theirs[key][name]):
                found.append(f"{key[0]} {key[1]} {name}: {value!r}, {theirs[key][name]!r}")
    return found


def _by_key(engine: sa.Engine, query: str) -> dict[tuple[str, date], dict[str, object]]:
    with engine.connect() as connection:
        rows = connection.execute(sa.text(query)).mappings().all()
    return {(row["ticker"], row["session"]): dict(row) for row in rows}


def _empty(connection: sa.Connection) -> None:
    # Not truncated: that makes every partition's files anew, which takes longer than the rows.
    for table in reversed(metadata.sorted_tables):
        connection.execute(sa.delete(table))


def _load_symbols(connection: sa.Connection, market: Market, ids: dict[Security, int]) -> None:
    stretches = list(market.stretches())
    names = {ids[market.security(ticker, since)]: ticker for ticker, since, _ in stretches}
    symbols = [{"symbol_id": number, "ticker": ticker} for number, ticker in names.items()]
    connection.execute(sa.insert(metadata.tables["symbols"]), symbols)
    bearers = [
        {"symbol_id": ids[market.security(ticker, since)], "ticker": ticker}
        | {"valid_from": since, "valid_to": until}
        for ticker, since, until in stretches
    ]
    connection.execute(sa.insert(metadata.tables["symbol_tickers"]), bearers)
    connection.execute(
        sa.text("select setval(pg_get_serial_sequence('symbols', 'symbol_id'), :last)"),
        {"last": max(names)},
    )


def _load_bars(
    connection: sa.Connection, market: Market, symbol: Callable[[str, date], int]
) -> None:
    bars = [
        (market.sessions[at], ticker, row)
        for at, rows in market.bars.items()
        for ticker, row in rows.items()
    ]
    numbers = {name: np.array([getattr(row, name) for *_, row in bars]) for name in NUMBERS}
    columns = {
        "symbol_id": np.array([symbol(ticker, day) for day, ticker, _ in bars], np.int32),
        "session": np.array([day for day, *_ in bars], "datetime64[D]"),
        "ticker": pa.array([ticker for _, ticker, _ in bars], pa.string()),
        "batch_id": np.zeros(len(bars), np.int32),
    }
    copy_columns(connection, "daily_bars", columns | numbers)


def _load_lists(
    connection: sa.Connection, market: Market, symbol: Callable[[str, date], int]
) -> None:
    names = ("execution_date", "split_from", "split_to", "source_id")
    for table, rows in {
        "splits": [
            {"symbol_id": symbol(*key)} | dict(zip(names, astuple(split)[1:], strict=True))
            for key, split in market.splits.items()
        ],
        "explained_jumps": [
            {"symbol_id": symbol(jump.ticker, jump.session), "session": jump.session}
            for jump in market.jumps
        ],
    }.items():
        if rows:
            connection.execute(sa.insert(metadata.tables[table]), rows)
