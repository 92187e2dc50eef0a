"""The asset `sector_stats`, and what `reference` says of ratios."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dayfiles import write_market

from technic_pipeline.definitions import defs
from technic_pipeline.defs.partitions import range_tags
from technic_pipeline.sessions import Calendar

TICKERS = [f"T{i:02}" for i in range(10)]
SESSIONS = date(2016, 1, 4), date(2016, 1, 8)


@pytest.fixture
def market(market_root: Path, calendar: Calendar) -> Path:
    """Day files of a week, with no lists beside them."""
    write_market(market_root, calendar.between(*SESSIONS), TICKERS)
    return market_root


@pytest.fixture
def with_ratios(market: Path) -> Path:
    """Every ticker is known since 2015, and the last says more in the middle of the week."""
    told = [
        {"ticker": t, "date": "2015-11-02", "cash": 1.0 + i, "current": 2.0, "quick": 1.0}
        for i, t in enumerate(TICKERS)
    ]
    told += [
        {"ticker": TICKERS[-1], "date": "2016-01-06", "cash": 0.5},
        {"ticker": "X", "date": "2015-11-02"},
    ]
    (market / "ratios.json").write_text(json.dumps({"results": told}))
    lines = ["ticker,sector", *(f"{t},Healthcare" for t in TICKERS)]
    (market / "tickers.csv").write_text("\n".join(lines) + "\n")
    return market


def _run(*assets: str) -> dg.ExecuteInProcessResult:
    job = defs.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(
        asset_selection=[dg.AssetKey(name) for name in assets],
        tags=range_tags(*SESSIONS),
    )


def _metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str | None, dict]:
    events = result.get_asset_materialization_events()
    return {
        e.partition: {name: value.value for name, value in e.materialization.metadata.items()}
        for e in events
        if e.asset_key == dg.AssetKey(asset)
    }


@pytest.mark.usefixtures("with_ratios")
def test_every_session_has_the_statistics_of_the_session_before(engine: sa.Engine) -> None:
    result = _run("daily_bars", "corporate_actions", "reference", "sector_stats")
    by_session = _metadata(result, "sector_stats")
    assert {key: (m["as_of"], m["symbols"]) for key, m in by_session.items()} == {
        "2016-01-04": ("2015-12-31", 10),
        "2016-01-05": ("2016-01-04", 10),
        "2016-01-06": ("2016-01-05", 10),
        "2016-01-07": ("2016-01-06", 10),
        "2016-01-08": ("2016-01-07", 10),
    }
    last = by_session["2016-01-08"]
    assert (last["known_as_of"], last["known_symbols"], last["values"]) == ("2016-01-07", 10, 28)
    assert "| cash | 10 | " in last["market"]
    assert last["sector_medians"].splitlines()[0] == "| sector | current | quick | cash |"
    assert last["sector_medians"].splitlines()[2].startswith("| Health Care | ")
    text = "select as_of, p50 from sector_statistics where metric = 'cash' and sector = 'Market'"
    with engine.connect() as connection:
        medians = {row.as_of: row.p50 for row in connection.execute(sa.text(text))}
    assert medians[date(2016, 1, 5)] == 5.5
    assert medians[date(2016, 1, 6)] == 4.5


@pytest.mark.usefixtures("with_ratios")
def test_the_reference_says_what_became_of_the_ratios() -> None:
    told = _metadata(_run("daily_bars", "reference"), "reference")[None]
    counts = {name: count for name, count in told.items() if name.startswith("ratios")}
    assert counts == {
        "ratios_listed": 12,
        "ratios_added": 11,
        "ratios_repeated": 0,
        "ratios_of_unknown_tickers": 1,
    }


@pytest.mark.usefixtures("market")
def test_a_source_without_ratios_says_so_and_everything_goes_on() -> None:
    result = _run("daily_bars", "corporate_actions", "reference", "sector_stats")
    assert _metadata(result, "reference")[None]["ratios"] == "the source has none"
    assert _metadata(result, "sector_stats")["2016-01-08"]["known_symbols"] == 0
