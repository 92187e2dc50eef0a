"""The roles are made with a database's migration, where the server allows it, and then used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from databases import create_database, drop_database, url_of

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.store.database import engine_for, read_arrow
from technic_pipeline.store.migrate import require_current, rights_given, upgrade
from technic_pipeline.store.roles import READER, WRITER, acting_as

MADE_BY_SOMEBODY = """
    create role technic_reader;
    create role technic_writer in role technic_reader;
    create role technic_owner in role technic_writer;
    grant technic_owner to migrating"""


@pytest.fixture
def migrating(other_servers: Endpoints) -> Iterator[Callable[[str], str]]:
    """Databases of a user who is no superuser, in a cluster without the roles; they are dropped."""
    made: list[str] = []
    with psycopg.connect(other_servers.database_url, autocommit=True) as connection:
        connection.execute("create role migrating login")

    def database(rights: str) -> str:
        made.append(f"of_migrating_{len(made)}")
        url = create_database(other_servers, made[-1], "template0")
        with psycopg.connect(other_servers.database_url, autocommit=True) as connection:
            connection.execute(f"alter role migrating {rights}".encode())
            connection.execute(f"alter database {made[-1]} owner to migrating".encode())
        return url_of(url, "migrating")

    yield database
    for name in made:
        drop_database(other_servers, name)


def user_and_role(conninfo: str) -> tuple[str, str]:
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("select session_user::text, current_user::text").fetchone()
    assert row is not None
    return row


def given(url: str) -> bool:
    with engine_for(url).connect() as connection:
        return rights_given(connection)


def test_two_databases_of_a_cluster_that_are_migrated_at_once_share_the_roles(
    migrating: Callable[[str], str], other_servers: Endpoints
) -> None:
    urls = [migrating("nocreaterole") for _ in range(4)]
    for url in urls:
        # Alembic cannot migrate two in one process; only the roles are left to be made at once.
        upgrade(engine_for(url))
    assert [given(url) for url in urls] == [False] * 4
    with psycopg.connect(other_servers.database_url) as connection:
        connection.execute("alter role migrating createrole")
    with ThreadPoolExecutor(4) as several:
        assert list(several.map(lambda url: upgrade(engine_for(url)), urls)) == [False] * 4
    assert [given(url) for url in urls] == [True] * 4


def test_a_user_who_may_make_roles_makes_them_and_acts_as_them(
    migrating: Callable[[str], str],
) -> None:
    url = migrating("createrole")
    upgrade(engine_for(url))
    for role in (WRITER, READER):
        acting = acting_as(role, url)
        assert user_and_role(acting) == ("migrating", role)
        require_current(engine_for(acting))
    acting = acting_as(WRITER, url)
    assert read_arrow(acting, "read_newest_session").num_rows == 1
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update alembic_version set version_num = '0008'")
    assert upgrade(engine_for(url)) is True
    assert given(url)


def test_a_user_who_may_not_make_roles_goes_on_without_until_somebody_does(
    migrating: Callable[[str], str], other_servers: Endpoints, caplog: pytest.LogCaptureFixture
) -> None:
    url = migrating("nocreaterole")
    with caplog.at_level(logging.WARNING):
        assert upgrade(engine_for(url)) is True
    [said] = caplog.messages
    assert "permission denied to create role; README.md says" in said
    assert "\n" not in said
    require_current(engine_for(url))
    assert acting_as(WRITER, url) == url
    ensure_partitions(engine_for(url), date(2016, 1, 5), date(2016, 1, 5))

    with psycopg.connect(other_servers.database_url) as connection:
        connection.execute(MADE_BY_SOMEBODY)
    assert upgrade(engine_for(url)) is False
    with psycopg.connect(url) as connection:
        owners = connection.execute(
            "select distinct pg_get_userbyid(relowner) from pg_class"
            " where relnamespace = 'public'::regnamespace"
            " union select pg_get_userbyid(proowner) from pg_proc"
            " where pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert owners == [("technic_owner",)]
    assert user_and_role(acting_as(READER, url)) == ("migrating", READER)


def test_roles_of_another_database_are_not_given_rights_by_one_who_is_no_member(
    migrating: Callable[[str], str], other_servers: Endpoints
) -> None:
    url = migrating("createrole")
    with psycopg.connect(other_servers.database_url) as connection:
        connection.execute("create role technic_owner; create role technic_writer")
        connection.execute("create role technic_reader")
    assert upgrade(engine_for(url)) is True
    assert not given(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute(
            "select count(*) from pg_class where relacl::text ~ 'technic_'"
            " or pg_get_userbyid(relowner) ~ '^technic_'"
        ).fetchone()
    assert kept == (0,)


def test_a_server_that_refuses_a_connection_as_the_role_is_used_as_its_user(
    migrating: Callable[[str], str], other_servers: Endpoints, caplog: pytest.LogCaptureFixture
) -> None:
    url = migrating("createrole")
    upgrade(engine_for(url))
    with psycopg.connect(other_servers.database_url) as connection:
        # As much as a pool before the server that lets no settings through.
        connection.execute("alter role migrating connection limit 1")
    with caplog.at_level(logging.WARNING):
        assert acting_as(WRITER, url) == url
    [said] = caplog.messages
    assert said.startswith("going on with the user's own rights, not as technic_writer: ")
    assert "too many connections for role" in said


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("&options=-c%20role%3Dpg_monitor", "a role of the person's own choice"),
        ("&user=postgres", "no role, but a schema of the user's own name"),
    ],
)
def test_a_user_keeps_the_own_rights_where_a_role_would_change_more(
    database_url: str, options: str, why: str
) -> None:
    url = database_url + options
    with psycopg.connect(database_url, autocommit=True) as connection:
        if "user" in options:
            connection.execute("create schema postgres")
        assert acting_as(WRITER, url) == url, why
    engine_for(url).dispose()


def test_options_of_the_url_and_of_the_environment_stay(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "select current_setting('role'), current_setting('work_mem')"
    named = f"{database_url}&options=-c%20work_mem%3D5MB"
    with psycopg.connect(acting_as(WRITER, named)) as connection:
        assert connection.execute(shown).fetchone() == (WRITER, "5MB")
    engine_for(named).dispose()
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=6MB")
    engine_for(database_url).dispose()
    with psycopg.connect(acting_as(WRITER, database_url)) as connection:
        assert connection.execute(shown).fetchone() == (WRITER, "6MB")
    engine_for(database_url).dispose()
