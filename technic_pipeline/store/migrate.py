"""The database's schema, brought to what this code needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from technic_pipeline.errors import SchemaNotCurrent
from technic_pipeline.project_files import project_folder
from technic_pipeline.store.database import driver
from technic_pipeline.store.roles import act_as_owner, give_rights, rights_given

if TYPE_CHECKING:
    from alembic.config import Config

# Two processes that start at once must not both migrate.
MIGRATION_LOCK = 7_436_102_002

_AS_KNOWN = sa.text("select viewname from pg_views where schemaname = 'as_known'")
_SEARCHING_TEMPORARY_TABLES_LAST = sa.text(
    "select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
)


def upgrade(engine: sa.Engine) -> bool:
    """Migrate to the newest revision; whether there was anything to do.

    Tables, functions, views and rights change in one transaction: views are dropped before the
    first step and made anew from `sql/` after the last, so that a step may alter what they read.
    Rights that are missing, as in a restored database, are given in any case.
    """
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        current = current_revision(connection) == needed_revision()
        if not current:
            act_as_owner(connection)
            _migrate(connection)
        if not current or not rights_given(connection):
            give_rights(connection)
    return not current


def require_current(engine: sa.Engine) -> None:
    """Check the revision.

    Raises:
        SchemaNotCurrent: it is another than this code needs.
    """
    with engine.connect() as connection:
        found = current_revision(connection)
    if found != needed_revision():
        raise SchemaNotCurrent(found, needed_revision())


def alembic_config() -> Config:
    """Alembic's settings; there is no alembic.ini."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # Alembic reads % as interpolation.
    config.set_main_option("script_location", str(project_folder("migrations")).replace("%", "%%"))
    return config


def current_revision(connection: sa.Connection) -> str | None:
    """The revision of the database, None when it is empty."""
    # A reader sees the view alone, and before revision 0009 there was the table alone.
    for name in ("schema_revision", "alembic_version"):
        if connection.scalar(sa.select(sa.func.to_regclass(name))) is not None:
            return connection.scalar(
                sa.select(sa.column("version_num")).select_from(sa.table(name))
            )
    return None


def needed_revision() -> str:
    """The newest revision in `migrations/`, whose files begin with their numbers."""
    scripts = (project_folder("migrations") / "versions").glob("[0-9]*.py")
    return max(script.name.split("_", 1)[0] for script in scripts)


def _migrate(connection: sa.Connection) -> None:
    # Imported here: with its scripts it takes a quarter of a second, and most commands find nothing
    # to do.
    from alembic import command  # noqa: PLC0415

    config = alembic_config()
    _drop_views(connection)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    _create_functions_and_views(connection)


def _drop_views(connection: sa.Connection) -> None:
    for path in (project_folder("sql") / "views").glob("*.sql"):
        # 20_scan_latest.sql makes scan_latest. Views of somebody else's are none of our business.
        view = path.stem.split("_", 1)[1]
        connection.execute(sa.text(f'drop view if exists "{view}" cascade'))
    for view in connection.scalars(_AS_KNOWN).all():
        connection.execute(sa.text(f'drop view if exists as_known."{view}" cascade'))


def _create_functions_and_views(connection: sa.Connection) -> None:
    # A function with its owner's rights must never find somebody's temporary table first.
    connection.execute(_SEARCHING_TEMPORARY_TABLES_LAST)
    # The driver's own cursor: to SQLAlchemy a % would be a parameter.
    with driver(connection).cursor() as cursor:
        for folder in ("functions", "views", "as_known"):
            for path in sorted((project_folder("sql") / folder).glob("*.sql")):
                cursor.execute(path.read_bytes())
