"""Imports run downwards through the package, and the engine stands by itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import technic_pipeline

PACKAGE = Path(technic_pipeline.__file__).parent
# From the bottom up: a module may import those that stand before it.
ORDER = [
    *(
        "errors",
        "faults",
        "clock",
        "progress",
        "project_files",
        "settings",
        "dagster_home",
        "sessions",
        "flat_text",
        "bounded",
    ),
    *("indicators", "engines"),
    *("services", "sources", "simulated_exchange", "store", "overlapping", "cache"),
    *("delta", "verification", "rebuilt_bars", "scan"),
    *(
        "pipeline",
        "plausibility",
        "punctuality",
        "refresh",
        "report",
        "pictures",
        "defs",
        "definitions",
        "cli",
    ),
]


def modules() -> Iterator[tuple[str, Path]]:
    """Every file of the package with the top-level module that it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if inside != Path("__init__.py"):
            yield inside.parts[0].removesuffix(".py"), path


def imported(path: Path) -> Iterator[str]:
    """The top-level modules of this package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (n.split(".")[1] for n in names if n.startswith(f"{PACKAGE.name}."))


@cache
def loaded_with(package: str) -> frozenset[str]:
    """What a fresh interpreter has loaded after every module of one of our packages."""
    names = [path.stem for path in sorted((PACKAGE / package).glob("*.py"))]
    imports = [f"import {PACKAGE.name}.{package}.{name}" for name in names]
    said = subprocess.run(
        [sys.executable, "-c", "\n".join(["import sys", *imports, "print(*sys.modules)"])],
        check=True,
        capture_output=True,
        text=True,
    )
    return frozenset(said.stdout.split())


def test_every_module_has_its_place_in_the_order() -> None:
    assert {name for name, _ in modules()} == set(ORDER)


def test_no_module_imports_one_that_stands_after_it() -> None:
    upwards = [
        f"{path.relative_to(PACKAGE)} imports {other}"
        for name, path in modules()
        for other in imported(path)
        if ORDER.index(other) > ORDER.index(name)
    ]
    assert upwards == []


@pytest.mark.parametrize("package", ["indicators", "engines"])
@pytest.mark.parametrize("stranger", ["dagster", "sqlalchemy", "redis", "psycopg", "pyarrow"])
def test_the_engine_does_without_what_surrounds_it(package: str, stranger: str) -> None:
    assert stranger not in loaded_with(package)
    assert f"{PACKAGE.name}.{package}" in loaded_with(package)
