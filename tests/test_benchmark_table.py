"""The command of the benchmarks and the README's table of them say the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def benchmarks(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run from the project's root."""
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_lists_the_cases_of_the_readme_in_their_order() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Benchmarks\n")[2]
    table = section.partition("\n## ")[0]
    described = re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)
    assert benchmarks("--list").stdout.split() == described
    assert described


def test_an_unknown_case_gets_one_line_that_names_the_known_ones() -> None:
    ended = benchmarks("weekly")
    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert "'weekly'" in line
    assert "daily, revised" in line
