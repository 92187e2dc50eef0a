"""A fingerprint names one build of the engine: the same wherever it is taken, no other's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from technic_pipeline.indicators import fingerprint
from technic_pipeline.indicators.fingerprint import PACKAGE, engine_fingerprint

TAKE = "from technic_pipeline.indicators import fingerprint as f; print(f.engine_fingerprint())"


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, to be changed, of which fingerprints are taken."""
    copy = shutil.copytree(
        PACKAGE, tmp_path / "copy" / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(fingerprint, "PACKAGE", Path(copy))
    return Path(copy)


def taken_again() -> str:
    """The fingerprint as a process that starts now would take it."""
    return engine_fingerprint.__wrapped__()


def test_it_is_sixteen_hexadecimal_digits() -> None:
    assert int(engine_fingerprint(), 16) >= 0
    assert len(engine_fingerprint()) == 16


def test_another_process_takes_the_same_one_wherever_the_package_lies(copied: Path) -> None:
    elsewhere = {"PYTHONPATH": str(copied.parent), "PYTHONHASHSEED": "1"}
    said = subprocess.run(
        [sys.executable, "-c", TAKE],
        env=os.environ | elsewhere,
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == engine_fingerprint()


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        pytest.param("indicators/rsi.py", True, id="an indicator"),
        pytest.param("indicators/logarithm.py", True, id="a function that an indicator calls"),
        pytest.param("indicators/registry.py", True, id="the list of indicators"),
        pytest.param("engines/blocks.py", True, id="how bars are adjusted"),
        pytest.param("scan/scores.py", False, id="what is made of the values afterwards"),
        pytest.param("settings.py", False, id="no part of the engine"),
    ],
)
def test_a_changed_source_changes_it_where_it_decides_values(
    copied: Path, source: str, changes: bool
) -> None:
    with (copied / source).open("a") as file:
        file.write("# another build\n")
    assert (taken_again() != engine_fingerprint()) is changes


def test_a_new_indicator_changes_it(copied: Path) -> None:
    (copied / "indicators" / "another.py").write_text('"""Another."""\n')
    assert taken_again() != engine_fingerprint()


def test_what_the_interpreter_leaves_behind_does_not_change_it(copied: Path) -> None:
    (copied / "indicators" / "__pycache__").mkdir()
    (copied / "indicators" / "__pycache__" / "rsi.cpython-311.pyc").write_bytes(b"another")
    assert taken_again() == engine_fingerprint()
