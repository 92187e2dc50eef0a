"""The operating system's user that the embedded servers run as."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from technic_pipeline.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

UNPRIVILEGED = "nobody"

# Nothing of the caller's environment: PGPORT or LC_ALL would change the servers, and a vendor's
# API key has no business in a process that outlives the command it was given to.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """A user by name and numbers."""

    name: str
    uid: int
    gid: int

    @property
    def switched(self) -> bool:
        """Whether it is another user than the one who runs this process."""
        return self.uid != os.geteuid()


def server_account() -> Account:
    """The current user, or for root an unprivileged one, because PostgreSQL refuses root.

    Raises:
        ServiceFailed: root, on a system without such a user.
    """
    if os.geteuid() != 0:
        return Account(name_of(os.geteuid()), os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise ServiceFailed(
            "PostgreSQL",
            f"does not run as root, and this system has no user '{UNPRIVILEGED}' to run it",
            "run as an ordinary user, or set TECHNIC_DATABASE_URL and TECHNIC_REDIS_URL",
        ) from None
    return Account(UNPRIVILEGED, entry.pw_uid, entry.pw_gid)


def name_of(uid: int) -> str:
    """The name of a user, or the number where the system has no name for it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def run_as(
    account: Account,
    command: Sequence[str],
    *,
    directory: Path,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `directory` as `account`, in a session of its own, to its end."""
    user: dict[str, Any] = {}
    if account.switched:
        user = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(  # noqa: S603 - the commands are this package's own
        command,
        cwd=directory,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        text=True,
        check=False,
        **user,
    )
