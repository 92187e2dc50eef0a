"""Queries find their rows by the indexes, in the partitions that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from contents import query
from databases import TEMPLATE, create_database, drop_database

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.project_files import project_folder
from technic_pipeline.services import Endpoints
from technic_pipeline.store.database import driver, engine_for, statement

# A year of 300 symbols in the order in which evenings bring them, so that the rows of one symbol
# lie apart; 150 of them ranked, in two scans, one of which was published twice.
MARKET = """
    insert into symbols (ticker) select 'T' || n from generate_series(1, 300) n;
    insert into symbol_tickers (symbol_id, ticker) select symbol_id, ticker from symbols;
    create temporary table days as
        select day::date as day, row_number() over (order by day) as number
        from generate_series(date '2015-04-01', date '2016-03-31', interval '1 day') day
        where extract(isodow from day) < 6;
    insert into daily_bars
        select s, day, 'T' || s, 10, 11, 9, 10, 1000, null, null, 1
        from days, generate_series(1, 300) s order by day, s;
    insert into indicators (session, symbol_id, bars, sma_20, rsi_14, atr_14)
        select day, s, number, 10, 50, 1 from days, generate_series(1, 300) s order by day, s;
    insert into scan_runs
        (scan, session, version, population, universe, ranked, definition, definition_sha256,
         code_version, engine_fingerprint, inputs_sha256, seconds)
        select scan, day, version, 300, 150, 150, '{"weights": []}', '', '', '', '', 1
        from days, (values ('swing', 1), ('swing', 2), ('value', 1)) v (scan, version) order by day;
    insert into scan_results
        (scan_run_id, scan, session, rank, symbol_id, ticker, sector, close, volume,
         contributions, sector_rank, entry)
        select scan_run_id, scan, session, s, (s * 7 + scan_run_id) % 300 + 1, 'T' || s, 'Energy',
               10, 1000, '{50,50}', s, 10
        from scan_runs, generate_series(1, 150) s order by scan_run_id, s;
    insert into scan_exclusion_lists
        select scan_run_id, array(select generate_series(151, 300)),
               array_fill('price'::text, '{150}')
        from scan_runs;
    analyze
"""
NEWEST, SINCE = date(2016, 3, 31), date(2016, 3, 3)

Plan = dict[str, Any]


@pytest.fixture(scope="module")
def market_url(servers: Endpoints) -> Iterator[str]:
    url = create_database(servers, "query_plans", TEMPLATE)
    ensure_partitions(engine_for(url), date(2015, 4, 1), date(2016, 3, 31))
    with psycopg.connect(url) as connection:
        connection.execute(MARKET.encode())
    yield url
    engine_for(url).dispose()
    drop_database(servers, "query_plans")


@pytest.fixture
def market(market_url: str) -> sa.Engine:
    return engine_for(market_url)


def executed(engine: sa.Engine, text: str, *parameters: object) -> list[Plan]:
    """The steps that were executed, in a statement whose parameters are $1, $2 …"""
    explain = "explain (analyze, timing off, format json) execute probe"
    if parameters:
        explain += "(" + ", ".join(["%s"] * len(parameters)) + ")"
    with engine.connect() as connection:
        # EXPLAIN takes no parameters, so they are written into it.
        cursor = psycopg.ClientCursor(driver(connection))
        cursor.execute(b"prepare probe as " + text.encode())
        ((plan,),) = cursor.execute(explain.encode(), parameters).fetchall()
        cursor.execute("deallocate probe")
    return [step for step in steps(plan[0]["Plan"]) if step["Actual Loops"] > 0]


def steps(plan: Plan) -> Iterator[Plan]:
    yield plan
    for below in plan.get("Plans", []):
        yield from steps(below)


def indexes(engine: sa.Engine, found: list[Plan]) -> set[str]:
    """The indexes used; those of partitions by the name of their table's."""
    parents = dict(
        query(engine, "select inhrelid::regclass::text, inhparent::regclass::text from pg_inherits")
    )
    used = {step["Index Name"] for step in found if "Index Name" in step}
    return {parents.get(name, name) for name in used}


def read_in_sequence(engine: sa.Engine, found: list[Plan]) -> set[str]:
    """The tables and partitions with many rows that were read from end to end."""
    large = {
        name
        for (name,) in query(
            engine, "select relname from pg_class where reltuples > 3000 and relkind = 'r'"
        )
    }
    assert {"daily_bars_2015", "indicators_2016q1", "scan_results_2016q1"} <= large
    large |= {"scan_exclusion_lists"}
    return large & {step["Relation Name"] for step in found if step["Node Type"] == "Seq Scan"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a_month_ago.sql", {"scan_results_pkey"}),
        ("funnel.sql", {"scan_exclusion_lists_pkey"}),
        ("in_several_scans.sql", {"scan_results_pkey"}),
        ("rank_changes.sql", {"scan_results_pkey"}),
        ("rank_history.sql", {"scan_results_pkey", "scan_results_symbol"}),
        ("sector_leaders.sql", {"scan_results_pkey"}),
        ("top.sql", {"scan_results_pkey"}),
        ("top_of_sector.sql", {"scan_results_pkey"}),
    ],
)
def test_the_shipped_queries_use_indexes(market: sa.Engine, name: str, expected: set[str]) -> None:
    found = executed(market, (project_folder("sql") / name).read_text())
    assert expected <= indexes(market, found)
    assert read_in_sequence(market, found) == set()


def test_every_shipped_query_is_looked_at() -> None:
    marks = test_the_shipped_queries_use_indexes.pytestmark  # type: ignore[attr-defined]
    looked_at = {name for name, _ in marks[0].args[1]}
    assert looked_at == {path.name for path in project_folder("sql").glob("*.sql")}


@pytest.mark.parametrize(
    ("text", "parameters", "expected", "why"),
    [
        ("read_bars", ["{7}"], {"daily_bars_pkey"}, "one symbol's history"),
        ("read_indicators", ["{7}", SINCE], {"indicators_pkey"}, "one symbol's values"),
        ("read_session_bars", [NEWEST], {"daily_bars_session"}, "a session's bars"),
        ("read_session_values", [NEWEST], {"indicators_session"}, "a session's values"),
        ("read_traded", ["{7,8}", SINCE, NEWEST], {"daily_bars_pkey"}, "who traded of late"),
        ("read_newest_run", ["swing", NEWEST], {"scan_results_pkey", "scan_runs_version"}, "ranks"),
        (
            "select * from scan_current where scan = $1 and session = $2 order by rank limit 20",
            ["swing", NEWEST],
            {"scan_results_pkey"},
            "the top of a session",
        ),
        (
            "select session, rank from scan_current where scan = $1 and symbol_id = $2",
            ["swing", 7],
            {"scan_results_symbol"},
            "one symbol's ranks",
        ),
        (
            "select * from scan_results where session = $1 and scan_run_id = $2 and rank = 1",
            [NEWEST, 1],
            {"scan_results_pkey"},
            "one row",
        ),
        (
            "select reason from scan_exclusions where scan_run_id = $1 and symbol_id = $2",
            [1, 200],
            {"scan_exclusion_lists_pkey"},
            "why a symbol is left out",
        ),
    ],
)
def test_reads_of_a_symbol_and_of_a_session_use_indexes(
    market: sa.Engine, text: str, parameters: list[object], expected: set[str], why: str
) -> None:
    sql = text if " " in text else statement(text).text.replace("{columns}", "sma_20")
    found = executed(market, sql, *parameters)
    assert expected <= indexes(market, found), why
    assert read_in_sequence(market, found) == set(), why


@pytest.mark.parametrize(
    ("text", "parameters", "expected"),
    [
        ("read_session_bars", [NEWEST], {"daily_bars_2016"}),
        ("read_stored_session", [NEWEST], {"daily_bars_2016"}),
        ("read_session_values", [NEWEST], {"indicators_2016q1"}),
        ("read_traded", ["{7,8}", SINCE, NEWEST], {"daily_bars_2016"}),
        ("read_newest_run", ["swing", NEWEST], {"scan_results_2016q1"}),
        (
            "select * from scan_latest where scan = $1 and rank <= 20",
            ["swing"],
            {"scan_results_2016q1"},
        ),
    ],
)
def test_what_reads_a_session_opens_no_other_partition(
    market: sa.Engine, text: str, parameters: list[object], expected: set[str]
) -> None:
    sql = text if " " in text else statement(text).text.replace("{columns}", "sma_20")
    partitions = {
        name for (name,) in query(market, "select relname from pg_class where relispartition")
    }
    found = executed(market, sql, *parameters)
    assert {step.get("Relation Name") for step in found} & partitions == expected


STAGE_A_REVISION = """
    insert into staged_bars
    select symbol_id, ticker, open, high, low, close, volume + 1
    from daily_bars where session = :session;
    analyze staged_bars
"""


@pytest.mark.parametrize(
    "name", ["revise_bars", "insert_bars", "vanished_bars", "remove_bars", "restated_rows"]
)
def test_what_changes_a_session_or_a_symbol_reads_nothing_else(
    market: sa.Engine, name: str
) -> None:
    session = {"session": NEWEST, "batch_id": 1, "rejected": ["ZVZZT"], "absent": "{7}"}
    symbol = {"symbol_ids": [7], "sessions": [NEWEST], "earliest": NEWEST}
    with market.connect() as connection:
        connection.execute(statement("stage_bars"))
        for part in STAGE_A_REVISION.split(";"):
            connection.execute(sa.text(part), session)
        if name == "remove_bars":
            connection.execute(statement("vanished_bars"), session)
        explain = sa.text("explain (format json) " + statement(name).text)
        plan = connection.execute(explain, session | symbol).scalar_one()
        connection.rollback()
    assert read_in_sequence(market, list(steps(plan[0]["Plan"]))) == set()
