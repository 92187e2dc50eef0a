from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from commands import Technic

from technic_pipeline.sources.flatfiles import DAY_FILES

FUNNELS = """
select r.session, r.population, r.ranked, sum(f.symbols) as symbols
from scan_runs r join scan_funnel f using (scan_run_id)
group by r.scan_run_id order by r.session
"""
BARS = "select session, count(*) as bars from daily_bars group by session"
REJECTED = """
select b.session, count(*) as rows from rejected_bars join ingest_batches b using (batch_id)
group by b.session
"""
# As domain.md asks: the population is every symbol with a bar in the last twenty sessions.
POPULATION = """
select count(distinct symbol_id) as symbols from daily_bars
where session > (select session from daily_bars group by session order by session desc
                 offset 20 limit 1)
"""
SUMS = """
select count(*) as wrong from scan_results s
where score <> (select sum(points order by position) from scan_contributions c
                where c.scan_run_id = s.scan_run_id and c.symbol_id = s.symbol_id
                  and c.session = s.session)
  and session = '2016-12-30'
"""


def test_a_quarter_of_the_real_market_goes_through_and_adds_up(
    technic: Technic, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHNIC_SOURCE", "flatfiles")
    monkeypatch.setenv("TECHNIC_FLATFILES_DIR", str(real_data))

    def query(text: str) -> list[dict]:
        return json.loads(technic("sql", "-c", text, "--json").out)

    assert technic("run", "--from", "2016-10-03", "--to", "2016-12-30").status == 0

    funnels = query(FUNNELS)
    assert len(funnels) == 63
    assert all(f["symbols"] == f["population"] for f in funnels)
    assert funnels[-1]["population"] == query(POPULATION)[0]["symbols"]
    assert funnels[-1]["ranked"] > 3000
    rejected = {row["session"]: row["rows"] for row in query(REJECTED)}
    for row in query(BARS):
        assert row["bars"] + rejected.get(row["session"], 0) == _lines(real_data, row["session"])
    assert query(SUMS) == [{"wrong": 0}]
    assert technic("verify", "--sample", "50").status == 0


def _lines(root: Path, session: str) -> int:
    path = root / DAY_FILES / session[:4] / session[5:7] / f"{session}.csv.gz"
    with gzip.open(path, "rt", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1
