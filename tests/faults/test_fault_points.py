"""The named points are those of the code, and nothing happens at one that nobody asked for."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import technic_pipeline
from technic_pipeline import faults

PACKAGE = Path(technic_pipeline.__file__).parent
REACHED = "from technic_pipeline.faults import reach; {}; print('went on')"


def points_in_the_code() -> list[str]:
    """What is given to `reach`, wherever it is called; a part that is worked out is an asterisk."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "faults.reach":
                (point,) = node.args
                parts = point.values if isinstance(point, ast.JoinedStr) else [point]
                found.append(
                    "".join(p.value if isinstance(p, ast.Constant) else "*" for p in parts)
                )
    return found


def test_every_point_lies_somewhere_once_and_has_its_line_in_the_table() -> None:
    named = [name for name in faults.POINTS if not name.startswith("mid-copy-")]
    assert sorted(points_in_the_code()) == sorted([*named, "mid-copy-*"])


@pytest.mark.parametrize(
    ("asked", "reached", "ends"),
    [
        pytest.param("", ["here"], 0, id="nothing is asked for"),
        pytest.param("here", ["there"], 0, id="another point"),
        pytest.param("here", ["there", "here"], -signal.SIGKILL, id="the point"),
        pytest.param("here:2", ["here"], 0, id="one time too few"),
        pytest.param("here:2", ["here", "here"], -signal.SIGKILL, id="the second time"),
        pytest.param("here:2", ["here"] * 3, -signal.SIGKILL, id="no later than the second time"),
    ],
)
def test_a_process_dies_at_the_point_that_is_asked_for(
    asked: str, reached: list[str], ends: int
) -> None:
    calls = "; ".join(f"reach({point!r})" for point in reached)
    ended = subprocess.run(
        [sys.executable, "-c", REACHED.format(calls)],
        env=os.environ | {faults.VARIABLE: asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == ends
    assert ended.stdout == ("went on\n" if ends == 0 else "")


def test_a_process_that_stops_goes_on_when_it_is_let() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", REACHED.format("reach('here')")],
        env=os.environ | {faults.VARIABLE: "here@stop"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        assert process.communicate(timeout=30)[0] == "went on\n"
