"""What a vendor is asked for: all symbols of a session in one call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx

from technic_pipeline.sessions import load_calendar
from technic_pipeline.simulated_exchange import SimulatedExchange, serve
from technic_pipeline.simulated_exchange.exchange import GROUPED, TICKERS
from technic_pipeline.sources.massive.grouped import read_payload
from tests.benchmarks.clock import side_by_side, timed
from tests.benchmarks.scale import Scale
from tests.benchmarks.verdict import Verdict, faster

# Of so many symbols each is asked for by itself, as of an exchange that has no more; from these the
# whole market's calls are reckoned.
ASKED = 200


def measure(scale: Scale) -> Iterator[Verdict]:
    """Batch requests."""
    symbols = scale.symbols or 0
    exchange = _exchange(symbols)
    with _asking(exchange) as client:
        path = f"{GROUPED}{exchange.market.offered()[1]}?adjusted=false"
        rows = len(read_payload(client.get(path).content).reply.results or [])
        (batch,) = side_by_side([partial(client.get, path)], scale.repetitions)
    few = _exchange(ASKED)
    with _asking(few) as client:
        tickers = [one.ticker for one in few.listed() if one.active]
        one_by_one, _ = timed(partial(_ask_each, client, tickers))
    each = one_by_one / len(tickers) * rows
    yield faster("batch requests: one call a session", batch, "s", "a call a symbol", each, times=1)


def _exchange(symbols: int) -> SimulatedExchange:
    return SimulatedExchange(load_calendar("XNYS"), symbols=symbols, sessions=2)


@contextmanager
def _asking(exchange: SimulatedExchange) -> Iterator[httpx.Client]:
    key = {"Authorization": f"Bearer {exchange.key}"}
    with serve(exchange) as url, httpx.Client(base_url=url, headers=key) as client:
        yield client


def _ask_each(client: httpx.Client, tickers: list[str]) -> None:
    for ticker in tickers:
        client.get(f"{TICKERS}/{ticker}").raise_for_status()
