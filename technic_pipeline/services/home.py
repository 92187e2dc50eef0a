"""What lies below TECHNIC_HOME, whose it is, and the lock under which servers start and stop."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from technic_pipeline.errors import ServiceFailed, SettingsError
from technic_pipeline.services.account import name_of, run_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from technic_pipeline.services.account import Account

# A socket's path has 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET = 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"

LOCK_SECONDS = 180


@dataclass(frozen=True)
class Home:
    """The places of the embedded servers of one TECHNIC_HOME."""

    path: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.path / "postgres"

    @property
    def logs(self) -> Path:
        """The servers' logs, one file each."""
        return self.path / "logs"

    @property
    def mark(self) -> str:
        """Stands in the servers' command lines, so that a process is known to be of this home.

        The path alone would not do: a host sees the processes of its containers, whose homes may
        have the same path. The home must exist.
        """
        found = self.path.stat()
        return _named(f"{found.st_dev}:{found.st_ino}:", self.path)

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops a server."""
        return self.path / "services.lock"


def find_home(path: Path) -> Home:
    """The places below `path`; nothing is created.

    Raises:
        SettingsError: it begins with the home directory of a user who does not exist.
    """
    try:
        path = path.expanduser().resolve()
    except RuntimeError:
        raise SettingsError("TECHNIC_HOME", f"no user for '{path}'; write the path out") from None
    return Home(path, _socket_directory(path / "run", _named("", path)))


def _named(distinction: str, path: Path) -> str:
    return "technic-" + hashlib.sha256(distinction.encode() + os.fsencode(path)).hexdigest()[:12]


def _socket_directory(run: Path, short: str) -> Path:
    # Who starts the servers and who looks for them may have different temporary directories (a
    # service manager, another shell), so the one chosen is kept as a link. A copy of a home
    # carries the link of the original, whose servers are not its own: hence the comparison.
    if run.is_symlink():
        chosen = run.readlink()
        if chosen.name == short and chosen.parent.is_dir():
            return chosen
    # libpq reads a comma as the end of a host.
    too_long = len(os.fsencode(run)) + len(LONGEST_SOCKET_NAME) > LONGEST_SOCKET
    if too_long or "," in str(run):
        return Path(tempfile.gettempdir()).resolve() / short
    return run


def require_private(home: Home, account: Account) -> None:
    """Refuse a socket directory in the shared temporary directory that somebody else made.

    Raises:
        ServiceFailed: it is not a directory of `account` (or of root, when root asks).
    """
    if home.sockets.parent == home.path:
        return
    try:
        found = home.sockets.lstat()
    except FileNotFoundError:
        return
    if found.st_uid not in {account.uid, os.geteuid()} or not home.sockets.is_dir():
        raise ServiceFailed(
            "embedded servers",
            f"{home.sockets} belongs to {name_of(found.st_uid)}, who could pose as the database",
            f"remove it, or set TECHNIC_HOME to a path shorter than {home.path}",
        )


def prepare(home: Home, account: Account) -> None:
    """Create the directories that are missing.

    Only `postgres` and the sockets belong to the servers' user. Root writes into neither of them:
    whoever owns a directory can put a link where root expects a file.

    Raises:
        ServiceFailed: the servers' user cannot enter the home, or a directory is another user's.
    """
    require_private(home, account)
    _private_directory(home.logs, None)
    _require_entry(home.path, account)
    _private_directory(home.sockets, account)
    run = home.path / "run"
    if home.sockets not in {run, run.readlink() if run.is_symlink() else None}:
        run.unlink(missing_ok=True)
        run.symlink_to(home.sockets)


def _make_home(path: Path) -> None:
    for directory in reversed([path, *path.parents]):
        if not directory.exists():
            directory.mkdir(exist_ok=True)
            # Whatever root's umask says, the servers' user must pass.
            if os.geteuid() == 0:
                directory.chmod(0o755)


def _private_directory(path: Path, account: Account | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if account and account.switched and path.lstat().st_uid == os.geteuid():
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _require_entry(path: Path, account: Account) -> None:
    try:
        entered = run_as(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(path)], directory=path)
    except PermissionError:
        raise ServiceFailed(
            "embedded servers",
            f"root may not change to the user {account.name} here, and they do not run as root",
            "run as an ordinary user, or set TECHNIC_DATABASE_URL and TECHNIC_REDIS_URL",
        ) from None
    if entered.returncode != 0:
        raise ServiceFailed(
            "embedded servers",
            f"they run as the user {account.name}, who cannot enter {path}",
            "set TECHNIC_HOME to a directory which that user can enter",
        )


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the exclusive lock of `home`, which is created if it does not exist.

    Raises:
        ServiceFailed: another process has held it for longer than any start or stop lasts.
    """
    _make_home(home.path)
    deadline = time.monotonic() + LOCK_SECONDS
    # 0600, because whoever can read a file can lock it.
    with os.fdopen(os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
        while not _taken(lock):
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    "embedded servers",
                    f"another process has held {home.lock} for {LOCK_SECONDS} seconds",
                    f"end it; this names it: fuser {home.lock}",
                )
            time.sleep(0.02)
        yield


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
