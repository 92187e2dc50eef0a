"""How things are kept: in columns, with indexes, and ready before they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import httpx
import psycopg
import redis
import sqlalchemy as sa

from technic_pipeline.delta.prefetch import prefetch_states
from technic_pipeline.simulated_exchange import SimulatedExchange, serve
from technic_pipeline.simulated_exchange.exchange import TICKERS
from technic_pipeline.store.binary_copy import copy_columns
from tests.benchmarks.clock import side_by_side, timed
from tests.benchmarks.evening import bring_in, follow
from tests.benchmarks.scale import Scale
from tests.benchmarks.simulated_history import SimulatedHistory, history_of
from tests.benchmarks.verdict import Verdict, faster

MILLISECONDS = 1e3
PAGE = 1000
ONE_SYMBOL = """
select session, close from daily_bars where symbol_id = (select max(symbol_id) / 2 from symbols)
order by session
"""
BAR_COLUMNS = ("open", "high", "low", "close", "volume", "vwap", "transactions")
NO_INDEX = "set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off"
DESCRIPTIONS = "select symbol_id, ticker, name, type, sector, industry from symbols"


def measure(scale: Scale) -> Iterator[Verdict]:
    """Lean data structures, static data, the indexed store, predictive prefetch."""
    history = history_of(scale)
    yield _lean(history, scale.repetitions)
    url = history.market.endpoints.database_url
    with psycopg.connect(url) as connection, psycopg.connect(url) as plain:
        plain.execute(NO_INDEX)
        yield _static(history, connection, scale.repetitions)
        yield _indexed(connection, plain, scale.repetitions)
    yield _prefetched(history)


def _lean(history: SimulatedHistory, repetitions: int) -> Verdict:
    payload = history.bars(history.newest())
    columns = {name: getattr(payload, name) for name in BAR_COLUMNS}
    rows = [
        dict(zip(columns, row, strict=True))
        for row in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]
    insert = sa.text(f"insert into bars values ({', '.join(f':{name}' for name in columns)})")
    with history.market.engine.begin() as connection:
        types = ", ".join(f"{name} double precision" for name in columns)
        connection.execute(sa.text(f"create temp table bars ({types}) on commit drop"))
        lean, plain = side_by_side(
            [
                partial(copy_columns, connection, "bars", columns),
                partial(connection.execute, insert, rows),
            ],
            repetitions,
        )
    words = "lean data structures: a session's bars as columns, by binary COPY"
    return _faster(words, lean, "as a dictionary a bar, by INSERT", plain)


def _static(history: SimulatedHistory, connection: psycopg.Connection, repetitions: int) -> Verdict:
    exchange = SimulatedExchange(history.market.calendar, symbols=history.symbols, sessions=2)
    key = {"Authorization": f"Bearer {exchange.key}"}
    with serve(exchange) as url, httpx.Client(base_url=url, headers=key) as client:
        stored, asked = side_by_side(
            [lambda: connection.execute(DESCRIPTIONS).fetchall(), partial(_every_page, client)],
            repetitions,
        )
    words = "precomputed static data: names, types and sectors in PostgreSQL"
    return _faster(words, stored, "asked of the vendor", asked)


def _every_page(client: httpx.Client) -> None:
    following: str | None = f"{TICKERS}?active=true&limit={PAGE}"
    while following:
        following = client.get(following).raise_for_status().json().get("next_url")


def _indexed(
    connection: psycopg.Connection, plain: psycopg.Connection, repetitions: int
) -> Verdict:
    ours, others = side_by_side(
        [lambda c=c: c.execute(ONE_SYMBOL).fetchall() for c in (connection, plain)], repetitions
    )
    words = "indexed PostgreSQL store: one symbol's bars"
    return _faster(words, ours, "without an index", others)


def _prefetched(history: SimulatedHistory) -> Verdict:
    """Evenings after Redis lost everything, with the prefetch before the close and without."""
    market, endpoints = history.market, history.market.endpoints
    cache = redis.Redis.from_url(endpoints.redis_url)
    urls = endpoints.database_url, endpoints.redis_url
    seconds = []
    for ready in (False, True):
        cache.flushdb()
        if ready:
            prefetch_states(*urls, market.engine, market.calendar)
        bring_in(market, [history.bars(history.following())])
        seconds.append(timed(partial(follow, market))[0])
    unprepared, prepared = seconds
    words = "predictive prefetch: an evening after Redis was emptied"
    return _faster(words, prepared, "without the prefetch", unprepared)


def _faster(what: str, ours: float, plainly: str, plain: float) -> Verdict:
    return faster(what, ours * MILLISECONDS, "ms", plainly, plain * MILLISECONDS, times=1)
