"""What a person's own tickers.csv says, beside whatever the vendor lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from evenings import Evenings

from technic_pipeline.settings import load_settings
from technic_pipeline.simulated_exchange import SimulatedExchange

DESCRIBED = """
select symbol_tickers.ticker, name, sector from symbols
join symbol_tickers using (symbol_id) where symbol_tickers.ticker = any(:tickers) order by 1
"""


def test_it_counts_instead_of_the_vendor_s_and_the_rest_of_the_line_is_the_vendor_s(
    evenings: Evenings,
    exchange: SimulatedExchange,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    traded = exchange.market.bars(date(2025, 9, 2)).ticker.to_pylist()
    listed = {one.ticker: one for one in exchange.listed() if one.active}
    own, other = [ticker for ticker in traded if ticker in listed][:2]
    (tmp_path / "tickers.csv").write_text(f"ticker,sector\n{own},Energy\n")
    monkeypatch.setenv("TECHNIC_FLATFILES_DIR", str(tmp_path))
    load_settings.cache_clear()
    evenings.go(date(2025, 9, 2), date(2025, 9, 3))
    described = {ticker: said for ticker, *said in evenings.query(DESCRIBED, tickers=[own, other])}
    assert described[own] == [listed[own].name, "Energy"]
    assert described[other][0] == listed[other].name
