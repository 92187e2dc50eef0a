"""The migrated database is what the metadata says, however often and by whomever it is migrated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from contents import query
from sqlalchemy import exc

from technic_pipeline.errors import SchemaNotCurrent
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.project_files import project_folder
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.migrate import (
    alembic_config,
    current_revision,
    needed_revision,
    require_current,
    upgrade,
)
from technic_pipeline.store.schema import metadata

VIEWS = [
    "scan_contributions",
    "scan_current",
    "scan_exclusions",
    "scan_funnel",
    "scan_latest",
    "schema_revision",
]
# Everything of a table that Alembic's comparison looks at, and what it does not: checks,
# identities, room in pages, keys of partitions. A column that a migration adds stands last,
# wherever it is listed.
CATALOGUE = {
    "columns": """
        select table_name, column_name, udt_name, is_nullable, column_default, is_identity,
               identity_generation
        from information_schema.columns
        where table_schema = 'public' and table_name = any (:tables) order by 1, 2""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where conrelid::regclass::text = any (:tables) order by 1, 2""",
    "indexes": """
        select tablename, indexname, indexdef from pg_indexes
        where tablename = any (:tables) order by 1, 2""",
    "storage": """
        select relname, reloptions from pg_class
        where relname = any (:tables) and relnamespace = 'public'::regnamespace order by 1""",
    "partitioning": """
        select partrelid::regclass::text, pg_get_partkeydef(partrelid)
        from pg_partitioned_table order by 1""",
}


def test_an_empty_database_is_brought_up_once(empty_database_url: str) -> None:
    engine = engine_for(empty_database_url)
    with pytest.raises(SchemaNotCurrent, match="at revision none"):
        require_current(engine)
    assert upgrade(engine) is True
    require_current(engine)
    assert upgrade(engine) is False


def test_several_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    # So that they would fail, and not wait for ever, without the lock.
    patient = f"{empty_database_url}&options=-c%20lock_timeout%3D20s"
    engine = engine_for(patient)
    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(upgrade, [engine] * 4)) == [False, False, False, True]
    engine.dispose()


def test_the_revisions_are_those_that_alembic_finds(engine: sa.Engine) -> None:
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        stored = MigrationContext.configure(connection).get_current_revision()
        assert (needed_revision(), current_revision(connection)) == (head, stored)


@pytest.mark.parametrize("partitioned", [False, True])
def test_alembic_finds_no_difference_between_the_database_and_the_metadata(
    engine: sa.Engine, partitioned: bool
) -> None:
    if partitioned:
        ensure_partitions(engine, date(2015, 1, 1), date(2015, 12, 31))
    partitions = set(query(engine, "select relname from pg_class where relispartition"))
    assert bool(partitions) == partitioned

    def no_partition(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or (name,) not in partitions

    options = {"compare_type": True, "compare_server_default": True, "include_name": no_partition}
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert found == []


def test_migrations_make_the_same_tables_as_the_metadata_itself(
    engine: sa.Engine, empty_database_url: str
) -> None:
    made_at_once = engine_for(empty_database_url)
    metadata.create_all(made_at_once)
    for part, text in CATALOGUE.items():
        tables = {"tables": sorted(metadata.tables)}
        migrated, expected = (query(each, text, **tables) for each in (engine, made_at_once))
        assert len(expected) >= 3, part
        assert migrated == expected, part


def test_every_view_and_function_of_sql_is_there_and_runs(engine: sa.Engine) -> None:
    views = query(engine, "select viewname from pg_views where schemaname = 'public' order by 1")
    assert [name for (name,) in views] == VIEWS
    for view in VIEWS:
        rows = [(needed_revision(),)] if view == "schema_revision" else []
        assert query(engine, f"select * from {view}") == rows
    functions = "select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1"
    made = [("analyze_table",), ("ensure_partitions",), ("scan_as_known",)]
    assert query(engine, functions) == made
    assert query(engine, "select * from scan_as_known(now())") == []


@pytest.mark.parametrize("name", sorted(p.name for p in project_folder("sql").glob("*.sql")))
def test_every_shipped_query_runs_on_an_empty_database(database_url: str, name: str) -> None:
    text = (project_folder("sql") / name).read_bytes()
    with psycopg.connect(database_url) as connection:
        assert connection.execute(text).fetchall() == []


def test_what_somebody_else_made_in_the_database_stays(empty_database_url: str) -> None:
    engine = engine_for(empty_database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table holdings as select 'A' as ticker"))
        connection.execute(sa.text("create view mine as select ticker from holdings"))
    upgrade(engine)
    assert query(engine, "select ticker from mine") == [("A",)]


def test_a_failed_migration_leaves_nothing(empty_database_url: str) -> None:
    engine = engine_for(empty_database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table splits (in_the_way text)"))
    with pytest.raises(exc.ProgrammingError, match="splits"):
        upgrade(engine)
    tables = "select tablename from pg_tables where schemaname = 'public'"
    assert query(engine, tables) == [("splits",)]
