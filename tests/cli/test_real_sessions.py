from __future__ import annotations

import csv
import gzip
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database

from technic_pipeline.cli import main
from technic_pipeline.services import Endpoints
from technic_pipeline.settings import load_settings
from technic_pipeline.sources.flatfiles import DAY_FILES
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.schema import metadata

RECOMPUTED = Path(__file__).parents[1] / "scan" / "swing_recomputed.sql"
Query = Callable[..., list[sa.Row]]

FUNNELS = """
select r.scan, r.session, r.population, r.ranked, sum(f.symbols) as symbols
from scan_runs r join scan_funnel f using (scan_run_id)
group by r.scan_run_id order by r.session, r.scan
"""
BARS = "select session, count(*) as bars from daily_bars group by session"
REJECTED = """
select b.session, count(*) as rows from rejected_bars join ingest_batches b using (batch_id)
group by b.session
"""
# As domain.md asks: the population is every symbol with a bar in the last twenty sessions.
POPULATION = """
select count(distinct symbol_id) from daily_bars
where session > (select session from daily_bars group by session order by session desc
                 offset 20 limit 1)
"""
SUMS = """
select count(*) from scan_results s
where score <> (select sum(points order by position) from scan_contributions c
                where c.scan_run_id = s.scan_run_id and c.symbol_id = s.symbol_id
                  and c.session = s.session)
  and session = '2016-12-30'
"""
RANKS = """
select count(*) from (
    select rank, row_number() over (partition by scan_run_id
                                    order by score desc, ticker collate "C") as place
    from scan_results) ranked
where rank <> place
"""
# Neither NaN nor an infinity nor -0.0 may stand in a table.
STRANGE = """
select count(*) from {table}
where {column} = 'NaN' or abs({column}) = 'Infinity' or ({column} = 0 and {column}::text <> '0')
"""


@pytest.fixture(scope="module")
def query(
    servers: Endpoints, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Query]:
    """Asks the database into which the last quarter of 2016 was run, all five scans."""
    url = create_database(servers, "real_quarter", TEMPLATE)
    with pytest.MonkeyPatch.context() as environment:
        for variable, value in {
            "TECHNIC_HOME": tmp_path_factory.mktemp("home"),
            "TECHNIC_DATABASE_URL": url,
            "TECHNIC_REDIS_URL": servers.redis_url,
            "TECHNIC_SOURCE": "flatfiles",
            "TECHNIC_FLATFILES_DIR": real_data,
        }.items():
            environment.setenv(variable, str(value))
        load_settings.cache_clear()
        arguments = ["run", "--from", "2016-10-03", "--to", "2016-12-30"]
        environment.setattr(sys, "argv", ["technic", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
    os.environ.pop("DAGSTER_HOME", None)

    def ask(text: str, **values: object) -> list[sa.Row]:
        with engine_for(url).connect() as connection:
            return list(connection.execute(sa.text(text), values))

    yield ask
    engine_for(url).dispose()
    drop_database(servers, "real_quarter")


def test_the_funnel_of_every_scan_and_session_adds_up_to_the_population(query: Query) -> None:
    funnels = query(FUNNELS)

    assert len(funnels) == 5 * 63
    assert all(f.symbols == f.population for f in funnels)
    assert funnels[-1].population == query(POPULATION)[0][0]
    assert {f.scan: f.ranked > 1000 for f in funnels[-5:]} == {
        "breakout": True,
        "mean_reversion": False,  # no symbol has 200 bars in a quarter
        "momentum": True,
        "swing": True,
        "value": True,
    }


def test_every_row_of_the_files_is_a_bar_or_has_a_reason(query: Query, real_data: Path) -> None:
    rejected = {row.session: row.rows for row in query(REJECTED)}

    for row in query(BARS):
        assert row.bars + rejected.get(row.session, 0) == _lines(real_data, row.session)


def test_contributions_add_up_to_the_stored_score_and_ranks_are_dense(query: Query) -> None:
    assert query(SUMS)[0][0] == 0
    assert query(RANKS)[0][0] == 0


def test_no_table_holds_a_nan_an_infinity_or_a_negative_zero(query: Query) -> None:
    columns = [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Double)
    ]
    assert len(columns) > 100

    strange = [
        (table, column)
        for table, column in columns
        if query(STRANGE.format(table=table, column=f'"{column}"'))[0][0]
    ]

    assert strange == []


@pytest.mark.parametrize("session", [date(2016, 12, 30), date(2016, 12, 28)])
def test_pure_sql_gives_the_same_scores_in_the_same_order(query: Query, session: date) -> None:
    published = query(
        "select symbol_id, ticker, score, rank, fundamental_score from scan_current"
        " where scan = 'swing' and session = :session order by rank",
        session=session,
    )

    recomputed = query(RECOMPUTED.read_text(), session=session)

    assert len(published) > 3000
    assert sorted(recomputed, key=lambda row: row.rank) == published


def _lines(root: Path, session: date) -> int:
    with gzip.open(root / DAY_FILES / f"{session:%Y/%m/%Y-%m-%d}.csv.gz", "rt", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1
