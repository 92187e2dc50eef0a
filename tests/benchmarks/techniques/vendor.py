"""What a vendor is asked for: all symbols of a session in one call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import httpx

from technic_pipeline.sessions import load_calendar
from technic_pipeline.simulated_exchange import SimulatedExchange, serve
from technic_pipeline.simulated_exchange.exchange import GROUPED, TICKERS
from technic_pipeline.sources.massive.grouped import read_payload
from tests.benchmarks.clock import side_by_side, timed
from tests.benchmarks.scale import Scale
from tests.benchmarks.verdict import Verdict, faster

# Of so many symbols each is asked for by itself, and the rest of them counted.
ASKED = 200


def measure(scale: Scale) -> Iterator[Verdict]:
    """Batch requests."""
    symbols = scale.symbols or 0
    exchange = SimulatedExchange(load_calendar("XNYS"), symbols=symbols, sessions=2)
    session = exchange.market.offered()[1]
    key = {"Authorization": f"Bearer {exchange.key}"}
    with serve(exchange) as url, httpx.Client(base_url=url, headers=key) as client:
        path = f"{GROUPED}{session}?adjusted=false"
        tickers = [one.ticker for one in exchange.listed()[:ASKED] if one.active]
        body = client.get(path).content
        rows = len(read_payload(body).reply.results or [])
        batch, _ = side_by_side([partial(client.get, path)] * 2, scale.repetitions)
        one_by_one, _ = timed(partial(_ask_each, client, tickers))
    each = one_by_one / len(tickers) * rows
    yield faster("batch requests: one call a session", batch, "s", "a call a symbol", each, times=1)


def _ask_each(client: httpx.Client, tickers: list[str]) -> None:
    for ticker in tickers:
        client.get(f"{TICKERS}/{ticker}").raise_for_status()
