"""Databases of a test's own, on the tests' server."""

from __future__ import annotations

import psycopg

from technic_pipeline.services import Endpoints

# Migrated and otherwise empty; to be copied.
TEMPLATE = "migrated"


def survive_no_crash_of_the_machine(servers: Endpoints) -> None:
    """Have the server do without what only that needs, most of the work of making a database."""
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "wal_compression"):
            connection.execute(f"alter system set {setting} = off".encode())
        connection.execute("select pg_reload_conf()")


def create_database(servers: Endpoints, name: str, template: str) -> str:
    """A copy of a database, whose other connections end here; the copy's URL."""
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
            [template],
        )
        connection.execute(f"create database {name} template {template}")
    return servers.database_url.replace("/technic?", f"/{name}?")


def url_of(url: str, user: str) -> str:
    """The same database for another user; the tests' server lets everyone in."""
    return url.replace("user=postgres", f"user={user}")


def drop_database(servers: Endpoints, name: str) -> None:
    """Drop it, whoever is connected."""
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")
