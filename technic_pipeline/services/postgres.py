"""The embedded PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil
import psycopg

from technic_pipeline.errors import ServiceFailed
from technic_pipeline.services import binaries, process
from technic_pipeline.services.account import name_of, run_as
from technic_pipeline.services.probe import Answer, ask_postgres

if TYPE_CHECKING:
    from technic_pipeline.services.account import Account
    from technic_pipeline.services.home import Home

NAME = "PostgreSQL"
DATABASE = "technic"
PORT = 5432  # only names the socket; stated everywhere, or PGPORT would decide
PROGRAM = "postgres"
PING_SECONDS = 2
STOP_SECONDS = 60
ORPHAN_SECONDS = 10

# Read after initdb's postgresql.conf and before what a user sets with ALTER SYSTEM, which wins.
CONFIGURATION = """\
shared_buffers = 256MB
max_connections = 50
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
unix_socket_permissions = 0700
"""

# Byte order, as Python sorts: the same on every platform, and indexes survive a new libc.
INITDB = (
    "--username=postgres",
    "--auth-local=trust",  # who may enter the directory of the socket is the check
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def url(home: Home, database: str = DATABASE) -> str:
    """The URL of a database, in the form that psycopg, SQLAlchemy and ADBC accept."""
    place = quote(str(home.sockets), safe="")
    return f"postgresql:///{database}?host={place}&port={PORT}&user=postgres"


def ask(home: Home, database: str = DATABASE) -> Answer:
    """Whether the server answers, by connecting to it."""
    return ask_postgres(url(home, database), PING_SECONDS)


def log(home: Home) -> Path:
    """The server's log."""
    return home.logs / "postgres.log"


def start(home: Home, account: Account) -> None:
    """Bring the server up, with its database. The caller holds the lock.

    Raises:
        ServiceFailed: it does not start.
    """
    if home.data.exists() and (owner := home.data.stat().st_uid) != account.uid:
        problem = f"{home.data} belongs to {name_of(owner)} and the server runs as {account.name}"
        raise ServiceFailed(NAME, problem, "run as that user, or set TECHNIC_HOME elsewhere")
    initdb = binaries.program(binaries.POSTGRES, home, account)
    if not (home.data / "PG_VERSION").exists():
        _initialise(home, account, initdb)

    def launch() -> psutil.Process | None:
        _clear_remains(home)
        _refuse_second(home)
        return _launch(home, account, initdb.with_name(PROGRAM))

    server = process.Server(
        NAME, log(home), lambda: ask(home, "postgres"), lambda: find(home), launch
    )
    process.bring_up(server)
    _create_database(home)


def stop(home: Home) -> bool:
    """End all sessions and the server, and wait for it. False if none runs; the lock is held.

    Raises:
        ServiceFailed: it does not stop.
    """
    postmaster = find(home)
    if postmaster is None:
        return False
    postmaster.send_signal(signal.SIGINT)
    if not process.gone([postmaster], STOP_SECONDS):
        problem = f"process {postmaster.pid} still runs {STOP_SECONDS} s after its shutdown began"
        raise ServiceFailed(NAME, problem, f"see {log(home)}")
    return True


def find(home: Home) -> psutil.Process | None:
    """The postmaster that serves the data directory, whether or not it answers yet.

    postmaster.pid alone says little: after a crash or a restart of the machine (or a container)
    the number in it may be any other process, whom PostgreSQL would take for a running server.
    """
    try:
        first = (home.data / "postmaster.pid").read_text().partition("\n")[0]
        found = psutil.Process(int(first))
        return found if _serves(found, home) else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def _serves(found: psutil.Process, home: Home) -> bool:
    if found.name() != PROGRAM or found.uids().real != home.data.stat().st_uid:
        return False
    command = found.cmdline()
    if home.mark in " ".join(command) or str(home.data) in command:
        return True
    try:
        return found.cwd() == str(home.data)
    except psutil.AccessDenied:
        return False


def _clear_remains(home: Home) -> None:
    """Remove what a server that is no more left behind and what would keep the next from starting.

    `find` came back empty under the lock, so no postmaster serves the directory. Its lock files
    may still name a live process of whatever kind, even the killed postmaster itself where nobody
    reaps it (containers), and then PostgreSQL refuses to start. Backends whose postmaster was
    killed hold the shared memory, with the same effect, until they notice; what is sent to them is
    what a postmaster sends after a crash. Their work is in the write-ahead log.
    """
    process.end(process.marked(PROGRAM, home.mark), signal.SIGQUIT, ORPHAN_SECONDS)
    (home.data / "postmaster.pid").unlink(missing_ok=True)
    (home.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _refuse_second(home: Home) -> None:
    """Keep a second server off the data when one runs where its process cannot be seen from here.

    In a container on the same directory, say: PostgreSQL's own locks do not reach that far, and a
    server that is full or stopping refuses connections just as one that is not there.
    """
    socket_path = home.sockets / f".s.PGSQL.{PORT}"
    with socket.socket(socket.AF_UNIX) as client:
        if client.connect_ex(str(socket_path)) == 0:
            problem = f"a server that is no process of this system listens on {socket_path}"
            raise ServiceFailed(NAME, problem, "stop it where it runs, in a container perhaps")


def _initialise(home: Home, account: Account, initdb: Path) -> None:
    # Beside the place and then renamed: a start that is killed midway leaves nothing in the way,
    # though its initdb may work on for nobody.
    fresh_name = "postgres.new-"
    for orphan in process.marked("initdb", str(home.path / fresh_name)):
        process.end(process.tree(orphan), signal.SIGKILL, ORPHAN_SECONDS)
    for remains in home.path.glob(f"{fresh_name}*"):
        shutil.rmtree(remains, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=fresh_name, dir=home.path))
    if account.switched:
        os.chown(fresh, account.uid, account.gid)
    with log(home).open("ab") as sink:
        logged = sink.tell()
        command = [str(initdb), *INITDB, f"--pgdata={fresh}"]
        ended = run_as(account, command, directory=home.path, stdout=sink, stderr=subprocess.STDOUT)
    if ended.returncode != 0:
        shutil.rmtree(fresh)
        raise process.failed_start(NAME, log(home), logged)
    fresh.rename(home.data)


def _launch(home: Home, account: Account, program: Path) -> psutil.Process | None:
    configuration = home.path / "postgresql.conf"
    partial = configuration.with_suffix(".partial")
    partial.write_text(f"include {_quoted(home.data / configuration.name)}\n{CONFIGURATION}")
    partial.chmod(0o644)
    partial.replace(configuration)
    fixed = {
        "config_file": str(configuration),
        "listen_addresses": "",
        "port": str(PORT),
        # A list; quotes keep a space or a comma within one entry.
        "unix_socket_directories": '"' + str(home.sockets).replace('"', '""') + '"',
        "cluster_name": home.mark,
    }
    options = [part for name, value in fixed.items() for part in ("-c", f"{name}={value}")]
    command = [str(program), "-D", str(home.data), *options]
    return process.launch(command, account, log(home), home.path)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("\\", "\\\\").replace("'", "''") + "'"


def _create_database(home: Home) -> None:
    try:
        with psycopg.connect(url(home, "postgres"), autocommit=True) as connection:
            known = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", (DATABASE,)
            ).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.Error as error:
        problem = f"cannot create the database {DATABASE}: {str(error).splitlines()[0]}"
        raise ServiceFailed(NAME, problem, f"its log is {log(home)}") from None
