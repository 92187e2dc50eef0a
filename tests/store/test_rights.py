"""A reader sees the views and the published scans; a writer does what a run does; no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from databases import create_database, drop_database, url_of
from psycopg import sql
from test_migrations import VIEWS

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.project_files import project_folder
from technic_pipeline.services import Endpoints
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import upgrade
from technic_pipeline.store.schema import metadata

NAME = "rights_tests"
# What a reader may see; every other table, also one that is yet to come, is kept from it.
READABLE = {"scan_runs", "scan_results", *VIEWS}
PUBLISHED = """
    insert into scan_runs (scan_run_id, scan, session, version, population, universe, ranked,
        definition, definition_sha256, code_version, engine_fingerprint, inputs_sha256, seconds)
    values (1, 'swing', '2016-01-05', 1, 2, 1, 1,
        '{"weights": [{"component": "trend", "weight": 1}]}', '', '', '', '', 1);
    insert into scan_exclusion_lists values (1, '{2}', '{price}');
    insert into scan_results (scan_run_id, scan, session, rank, symbol_id, ticker, sector, close,
        volume, contributions, sector_rank, entry)
    values (1, 'swing', '2016-01-05', 1, 1, 'A', 'Energy', 1, 1, '{1}', 1, 1)"""
FIRST_COLUMN = {name: next(iter(table.columns)).name for name, table in metadata.tables.items()}

ON_A_TABLE = [
    "insert into {table} default values",
    "update {table} set {column} = {column}",
    "delete from {table}",
    "with gone as (delete from {table} returning 1) select * from gone",
    "truncate {table}",
    "drop table {table} cascade",
    "alter table {table} add column mine integer",
    "alter table {table} owner to current_user",
    "create index on {table} ({column})",
    "create trigger mine after insert on {table} execute function unique_key_recheck()",
    "comment on table {table} is 'mine'",
    "copy {table} from stdin",
    "do $$ begin lock table {table} in row exclusive mode; end $$",
    "select * from {table} for update",
    "do $$ begin delete from {table}; end $$",
]
ELSEWHERE = [
    "create table mine (n integer)",
    "create table mine as select * from scan_runs",
    "create view mine as select * from scan_runs",
    "create function mine() returns integer language sql as 'select 1'",
    "create schema mine",
    "create database mine",
    "create role mine",
    "alter role technic_reader login",
    "grant technic_owner to current_user",
    "set role technic_owner",
    "set session authorization postgres",
    "copy scan_runs to '/tmp/technic-of-a-reader'",
    "copy scan_runs to program 'true'",
    "select pg_read_file('postgresql.conf')",
    "select rolpassword from pg_authid",
]
# What a writer may and a reader must not.
OF_A_WRITER = [
    "set role technic_writer",
    "create temporary table mine (n integer)",
    "select ensure_partitions('2016-01-05', '2016-01-05')",
    "select analyze_table('symbols')",
]
FOR_NOBODY = [
    "select setval('scan_runs_scan_run_id_seq', 1)",
    "select nextval('scan_runs_scan_run_id_seq')",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'mine')",
    "drop view scan_latest",
    "create or replace view schema_revision as select 'mine'::varchar(32) as version_num",
    "drop function ensure_partitions",
]


@pytest.fixture(scope="module")
def rights_url(servers: Endpoints) -> Iterator[str]:
    """A database that was migrated itself: what a role may in a whole database is not copied."""
    url = create_database(servers, NAME, "template0")
    upgrade(engine_for(url))
    ensure_partitions(engine_for(url), date(2016, 1, 5), date(2016, 1, 5))
    yield url
    engine_for(url).dispose()
    drop_database(servers, NAME)


@pytest.fixture(scope="module")
def member(servers: Endpoints, rights_url: str) -> Iterator[Callable[[str], str]]:
    """The database's URL for a user who is a member of one role and nothing else."""
    users = {"technic_reader": "somebody_who_reads", "technic_writer": "somebody_who_writes"}
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        for role, user in users.items():
            connection.execute(f"create role {user} login in role {role}".encode())
        yield lambda role: url_of(rights_url, users[role])
        for user in users.values():
            connection.execute(f"drop role {user}".encode())


@pytest.fixture
def reader(member: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(member("technic_reader"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def writer(member: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(member("technic_writer")) as connection:
        yield connection
        connection.rollback()


def allowed(connection: psycopg.Connection, attempt: str) -> list[str]:
    """The tables on which an attempt is not refused for want of a right."""
    found = []
    for table, column in FIRST_COLUMN.items():
        query = sql.SQL(attempt).format(  # type: ignore[arg-type] - one of the above
            table=sql.Identifier(table), column=sql.Identifier(column)
        )
        try:
            connection.execute(query)
        except psycopg.errors.InsufficientPrivilege:
            connection.rollback()
            continue
        found.append(table)
    return found


@pytest.mark.parametrize("attempt", ON_A_TABLE)
def test_a_reader_changes_no_table(reader: psycopg.Connection, attempt: str) -> None:
    assert allowed(reader, attempt) == []


@pytest.mark.parametrize("attempt", [*ELSEWHERE, *OF_A_WRITER, *FOR_NOBODY])
def test_a_reader_makes_nothing_and_becomes_nobody_else(
    reader: psycopg.Connection, attempt: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(attempt.encode())


def test_a_reader_sees_the_views_and_the_published_scans_alone(reader: psycopg.Connection) -> None:
    relations = """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind not in ('i', 'I')"""
    everything = {name for (name,) in reader.execute(relations).fetchall()}
    assert everything > set(metadata.tables) | {"alembic_version", "scan_results_2016q1"}
    seen = set()
    for name in everything:
        try:
            reader.execute(sql.SQL("select * from {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            continue
        seen.add(name)
    assert seen == READABLE


def test_the_tables_as_they_were_known_are_a_writers_to_read_and_nobody_elses(
    reader: psycopg.Connection, writer: psycopg.Connection
) -> None:
    listed = "select viewname from pg_views where schemaname = 'as_known'"
    names = [name for (name,) in writer.execute(listed).fetchall()]
    assert len(names) >= 6
    writer.execute("set technic.known_at = '2016-01-05'")
    for name in names:
        query = sql.SQL("select * from {}").format(sql.Identifier("as_known", name))
        assert writer.execute(query).fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(query)


@pytest.mark.parametrize("path", [*project_folder("sql").glob("*.sql")], ids=lambda p: p.stem)
def test_a_reader_runs_every_shipped_query(reader: psycopg.Connection, path: Path) -> None:
    assert reader.execute(path.read_bytes()).description


def test_a_reader_sees_what_a_writer_published_in_a_partition_made_later(
    reader: psycopg.Connection, writer: psycopg.Connection
) -> None:
    writer.execute("select ensure_partitions('2019-01-01', '2019-12-31')")
    writer.execute(PUBLISHED.replace("2016-01-05", "2019-07-05").encode())
    writer.commit()
    try:
        for view in VIEWS:
            assert reader.execute(f"select count(*) from {view}".encode()).fetchone() != (0,), view
        known = "select count(*) from scan_as_known(now())"
        assert reader.execute(known).fetchone() == (1,)
    finally:
        writer.execute("delete from scan_exclusion_lists; delete from scan_results")
        writer.execute("delete from scan_runs")
        writer.commit()


@pytest.mark.parametrize(
    "attempt",
    [
        "truncate {table}",
        "drop table {table} cascade",
        "alter table {table} add column mine integer",
        "alter table {table} owner to current_user",
        "create index on {table} ({column})",
        "alter table {table} disable trigger all",
    ],
)
def test_a_writer_owns_no_table(writer: psycopg.Connection, attempt: str) -> None:
    assert allowed(writer, attempt) == []


@pytest.mark.parametrize(
    "attempt", [*ELSEWHERE, *FOR_NOBODY, "update alembic_version set version_num = '0'"]
)
def test_a_writer_makes_nothing_that_lasts(writer: psycopg.Connection, attempt: str) -> None:
    writer.autocommit = True
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer.execute(attempt.encode())


@pytest.mark.parametrize("attempt", OF_A_WRITER)
def test_a_writer_does_what_a_run_does(writer: psycopg.Connection, attempt: str) -> None:
    writer.execute(attempt.encode())
    for table in FIRST_COLUMN:
        writer.execute(sql.SQL("delete from {} where false").format(sql.Identifier(table)))


def test_a_writer_has_the_statistics_of_tables_gathered(
    rights_url: str, writer: psycopg.Connection
) -> None:
    analyzed = "select count(*) from pg_stat_user_tables where analyze_count > 0 and relname = %s"
    writer.execute("select analyze_table('explained_jumps')")
    writer.commit()
    with psycopg.connect(rights_url) as connection:
        connection.execute("select pg_stat_force_next_flush()")
        assert connection.execute(analyzed, ["explained_jumps"]).fetchone() == (1,)


def test_a_function_with_its_owners_rights_passes_by_a_writers_temporary_table(
    writer: psycopg.Connection,
) -> None:
    writer.execute("create temporary table daily_bars (planted integer)")
    made = writer.execute("select ensure_partitions('2020-01-01', '2020-01-01')").fetchone()
    assert made == (3,)
    columns = "select * from daily_bars_2020"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer.execute(columns)
