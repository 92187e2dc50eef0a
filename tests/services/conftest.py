from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from technic_pipeline import services
from technic_pipeline.services.home import find_home
from technic_pipeline.services.process import alive
from technic_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from technic_pipeline.services import Endpoints


@pytest.fixture(scope="session")
def room() -> Iterator[Path]:
    """A directory that every user can enter, unlike pytest's own, which is 0700 for root."""
    path = Path(tempfile.mkdtemp(prefix="technic-test-"))
    path.chmod(0o755)
    yield path.resolve()
    shutil.rmtree(path)


@pytest.fixture
def home_at() -> Iterator[Callable[[Path], Settings]]:
    """Settings of a home at a place; what a test starts there is gone afterwards."""
    made: list[Settings] = []

    def make(path: Path) -> Settings:
        made.append(Settings(home=path, database_url=None, redis_url=None))
        return made[-1]

    yield make
    for settings in made:
        end(settings)


@pytest.fixture
def settings(room: Path, home_at: Callable[[Path], Settings]) -> Settings:
    """Of a home where nothing was started yet."""
    count = len(list(room.iterdir()))
    return home_at(room / f"{count}" / "home")


@pytest.fixture(scope="session")
def lasting(room: Path) -> Iterator[Settings]:
    """Of a home whose servers run through all tests that leave them as they are."""
    settings = Settings(home=room / "lasting", database_url=None, redis_url=None)
    services.ensure_running(settings)
    yield settings
    end(settings)


@pytest.fixture
def endpoints(lasting: Settings) -> Endpoints:
    return services.ensure_running(lasting)


def end(settings: Settings) -> None:
    services.stop(settings)
    home = find_home(settings.home)
    if not home.path.is_dir():
        return
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if home.mark in " ".join(process.info["cmdline"] or ()) and alive(process)
    ]
    assert not left
    if home.sockets.parent != home.path and home.sockets.exists():
        shutil.rmtree(home.sockets)


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has another user run the servers")
