"""The database's three roles: given their rights when it is migrated, acted as when it is used."""

from __future__ import annotations

import logging
from typing import Literal

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.exc import OperationalError

from technic_pipeline.project_files import project_folder
from technic_pipeline.store.database import driver, engine_for, statement

logger = logging.getLogger(__name__)

Role = Literal["technic_writer", "technic_reader"]
WRITER: Role = "technic_writer"
READER: Role = "technic_reader"

_WITHOUT = "going on without the roles technic_owner, technic_writer and technic_reader: %s; %s"
_REMEDY = "README.md says under 'Who may do what' how somebody who may make roles does"


def acting_as(role: Role, url: str) -> str:
    """What to connect by to act as a role; `url` itself where its user or server does not allow it.

    The role is a setting of the connection from its first moment on, which costs no question.
    """
    with engine_for(url).connect() as connection:
        may = rights_given(connection) and connection.scalar(statement("may_act"), {"role": role})
        if not may:
            return url
        # Also those of the environment or a service file, which ours would displace.
        options = driver(connection).info.get_parameters().get("options", "")
    acting = make_conninfo(url, options=f"{options} -c role={role}".strip())
    try:
        engine_for(acting).connect().close()
    except OperationalError as refused:
        # A pool before the server may let no settings through.
        problem = str(refused.orig).splitlines()[0]
        logger.warning("going on with the user's own rights, not as %s: %s", role, problem)
        return url
    return acting


def rights_given(connection: sa.Connection) -> bool:
    """Whether the roles are there and have their rights in this database."""
    return bool(connection.scalar(statement("rights_given")))


def act_as_owner(connection: sa.Connection) -> None:
    """Own what the rest of the transaction makes as the tables are owned."""
    connection.execute(statement("act_as_owner"))


def give_rights(connection: sa.Connection) -> None:
    """Make the roles, hand everything to the owner and give the others their rights, or none of it.

    A server that does not allow it is left as it is, which is said in one line.
    """
    # Imported here: the tables name the indicators, and with those comes the compiler.
    from technic_pipeline.store.schema import metadata  # noqa: PLC0415

    named = {
        "tables": sql.SQL(", ").join(map(sql.Identifier, sorted(metadata.tables))),
        "relations": [*metadata.tables, "alembic_version", *_made_by("views")],
        "functions": [*_made_by("functions"), *_made_by("views")],
    }
    try:
        with connection.begin_nested(), driver(connection).cursor() as cursor:
            for path in sorted((project_folder("sql") / "roles").glob("*.sql")):
                cursor.execute(sql.SQL(path.read_text(encoding="utf-8")).format(**named))  # type: ignore[arg-type] - a file of ours
    except psycopg.errors.InsufficientPrivilege as refused:
        logger.warning(_WITHOUT, str(refused).splitlines()[0], _REMEDY)


def _made_by(folder: str) -> list[str]:
    """What the files of a folder in sql/ make: 20_scan_latest.sql makes scan_latest."""
    stems = [path.stem for path in (project_folder("sql") / folder).glob("*.sql")]
    return [stem.lstrip("0123456789_") for stem in stems]
