"""An evening of a market of full size."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from evenings import Evenings

from technic_pipeline.simulated_exchange import SimulatedExchange

GROUPED = "/v2/aggs/grouped/locale/us/market/stocks"


@pytest.mark.parametrize("symbols", [12_000], indirect=True)
def test_twelve_thousand_symbols_cost_as_many_calls_as_a_hundred(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    first = evenings.go(date(2025, 9, 4), date(2025, 9, 5))
    assert first.total() <= 30
    assert (
        first["/v3/reference/tickers"]
        == sum(bool(one.active) for one in exchange.listed()) // 1_000 + 1
    )
    assert evenings.go(date(2025, 9, 8)) == Counter({GROUPED: 3, "/stocks/v1/splits": 1})
    before = evenings.query("select max(batch_id), max(scan_run_id) from ingest_batches, scan_runs")
    assert evenings.go(date(2025, 9, 8)) == Counter({GROUPED: 3, "/stocks/v1/splits": 1})
    assert before == evenings.query(
        "select max(batch_id), max(scan_run_id) from ingest_batches, scan_runs"
    )
    [(bars,)] = evenings.query("select count(*) from daily_bars where session = '2025-09-08'")
    assert bars > 9_000
