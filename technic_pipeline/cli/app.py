"""The command line's frame: its commands, and how an error ends one."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

import psycopg
import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from technic_pipeline.cli import operating, reading, running
from technic_pipeline.cli.reference import reference
from technic_pipeline.cli.report import report
from technic_pipeline.errors import ConnectionLost, NotPermitted, RunInterrupted, TechnicError

INTERRUPTED = 130
MEMBERS = (
    "make the user of TECHNIC_DATABASE_URL a member of technic_writer, or of technic_owner to "
    "migrate; README.md says more under 'Who may do what'"
)
# The second: a file that the server can neither write nor read, or memory that it does not get.
SERVER_FAILED = psycopg.OperationalError, psycopg.InternalError

app = typer.Typer(
    help="A nightly scan of a whole stock market.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (running.demo, running.run, running.up):
    app.command()(command)
for command in (reading.top, reading.explain, report, reading.sql):
    app.command()(command)
for command in (operating.status, operating.verify):
    app.command()(command)
app.add_typer(reference, name="reference")
app.add_typer(operating.services, name="services")
app.add_typer(operating.db, name="db")


def main() -> NoReturn:
    """Run the command that the arguments name; the process's exit status says how it went."""
    try:
        app()
    except RunInterrupted as stopped:
        _fail(str(stopped), INTERRUPTED)
    except TechnicError as error:
        _fail(str(error))
    except (psycopg.Error, DBAPIError) as error:
        _fail(str(_of_the_server(error)))
    except KeyboardInterrupt:
        _fail(str(RunInterrupted()), INTERRUPTED)
    finally:
        # The interpreter would look through all that Dagster imported once more before it ends.
        gc.freeze()
    sys.exit(0)


def _of_the_server(error: psycopg.Error | DBAPIError) -> TechnicError:
    """What PostgreSQL failed at or refused, without what SQLAlchemy says around it.

    Raises:
        psycopg.Error, DBAPIError: it is our own mistake, whose place somebody must see.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return NotPermitted(str(cause).splitlines()[0], MEMBERS)
    if not isinstance(cause, SERVER_FAILED):
        raise error
    return ConnectionLost(cause)


def _fail(message: str, status: int = 1) -> NoReturn:
    line = " ".join(message.split())
    Console(stderr=True, soft_wrap=True, highlight=False).print("error:", line, markup=False)
    sys.exit(status)
