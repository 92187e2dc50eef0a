"""Partitions are made ahead of need, and nobody waits for them."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
import sqlalchemy as sa
from contents import query
from payloads import Row, payload

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.roles import WRITER, acting_as

MAKE = "select ensure_partitions(%s, %s)"
INSERT = "insert into daily_bars values (%s, '2015-03-20', 'A', 1, 1, 1, 1, 1, null, null, 1)"


def partitions(engine: sa.Engine) -> list[str]:
    named = "select relname from pg_class where relispartition and relkind = 'r' order by 1"
    return [name for (name,) in query(engine, named)]


def made(engine: sa.Engine, first: date, last: date) -> int:
    with engine.begin() as connection:
        makes = sa.text("select ensure_partitions(:first, :last)")
        return connection.execute(makes, {"first": first, "last": last}).scalar_one()


@pytest.mark.parametrize(
    ("first", "last", "expected", "why"),
    [
        (
            date(2015, 3, 20),
            date(2015, 3, 20),
            ["daily_bars_2015", "indicators_2015q1", "scan_results_2015q1"],
            "a single day",
        ),
        (
            date(2015, 12, 31),
            date(2016, 1, 1),
            [
                "daily_bars_2015",
                "daily_bars_2016",
                "indicators_2015q4",
                "indicators_2016q1",
                "scan_results_2015q4",
                "scan_results_2016q1",
            ],
            "a night between two years",
        ),
    ],
)
def test_years_of_bars_and_quarters_of_values_are_made_once(
    engine: sa.Engine, first: date, last: date, expected: list[str], why: str
) -> None:
    assert made(engine, first, last) == len(expected), why
    assert partitions(engine) == expected, why
    assert made(engine, first, last) == 0, why


def test_partitions_are_made_a_quarter_ahead_of_the_last_session(engine: sa.Engine) -> None:
    ensure_partitions(engine, date(2015, 3, 20), date(2015, 11, 2))
    assert partitions(engine) == [
        "daily_bars_2015",
        "daily_bars_2016",
        *(
            f"indicators_{quarter}"
            for quarter in ("2015q1", "2015q2", "2015q3", "2015q4", "2016q1")
        ),
        *(f"scan_results_{q}" for q in ("2015q1", "2015q2", "2015q3", "2015q4", "2016q1")),
    ]


@pytest.mark.parametrize(
    ("day", "bars", "values"),
    [
        (date(2015, 1, 1), "daily_bars_2015", "indicators_2015q1"),
        (date(2015, 3, 31), "daily_bars_2015", "indicators_2015q1"),
        (date(2015, 4, 1), "daily_bars_2015", "indicators_2015q2"),
        (date(2015, 12, 31), "daily_bars_2015", "indicators_2015q4"),
        (date(2016, 1, 1), "daily_bars_2016", "indicators_2016q1"),
        (date(2016, 6, 30), "daily_bars_2016", "indicators_2016q2"),
    ],
)
def test_rows_at_the_edges_of_partitions_land_on_their_side(
    store: sa.Engine, day: date, bars: str, values: str
) -> None:
    assert ingest(store, payload(day, [Row("A")])).inserted == 1
    with store.begin() as connection:
        row = {"session": day}
        connection.execute(sa.text("insert into indicators values (:session, 1, 1)"), row)
    assert query(store, "select tableoid::regclass::text from daily_bars") == [(bars,)]
    assert query(store, "select tableoid::regclass::text from indicators") == [(values,)]


def test_a_partition_has_every_index_of_its_table(engine: sa.Engine) -> None:
    made(engine, date(2015, 3, 20), date(2015, 3, 20))
    indexed = (
        "select regexp_replace(tablename, '_2015(q1)?$', ''), regexp_replace(indexdef,"
        " '^.* USING ', '') from pg_indexes where tablename ~ :which"
    )
    of_tables = query(engine, indexed, which="^(daily_bars|indicators|scan_results)$")
    of_partitions = query(engine, indexed, which="^(daily_bars|indicators|scan_results)_2015")
    assert len(of_tables) == 6
    assert sorted(of_partitions) == sorted(of_tables)
    unattached = (
        "select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where c.relname ~ '_2015' and not c.relispartition"
    )
    assert query(engine, unattached) == [(0,)]


def test_a_writer_needs_no_ownership(database_url: str) -> None:
    acting = acting_as(WRITER, database_url)
    with psycopg.connect(acting, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table daily_bars_2015 (like daily_bars)")
        day = date(2015, 3, 20)
        assert connection.execute(MAKE, [day, day]).fetchall() == [(3,)]
        connection.execute(INSERT, [1])
        assert connection.execute("select count(*) from daily_bars").fetchall() == [(1,)]


def test_readers_and_writers_do_not_wait_for_a_partition_nor_it_for_them(
    database_url: str, engine: sa.Engine
) -> None:
    made(engine, date(2015, 3, 20), date(2015, 3, 20))
    with (
        psycopg.connect(database_url) as before,
        psycopg.connect(database_url) as maker,
        psycopg.connect(database_url) as after,
    ):
        for each in (before, maker, after):
            each.execute("set lock_timeout = '2s'")
        before.execute("select count(*) from daily_bars, indicators, scan_latest")
        before.execute(INSERT, [1])
        maker.execute(MAKE, [date(2016, 1, 4), date(2016, 1, 4)])
        after.execute("select count(*) from daily_bars, indicators, scan_latest")
        after.execute(INSERT, [2])
    assert len(partitions(engine)) == 6
