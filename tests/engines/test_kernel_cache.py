"""Machine code is made once an engine build and kept for every process after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from numba.core import config

from technic_pipeline.engines.compiler import cache_folder, compiled
from technic_pipeline.indicators.fingerprint import engine_fingerprint

# Computes one symbol's columns, then says how often machine code was loaded and how often made.
COMPUTE = """
import json
import numpy as np
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, SplitRecords
from technic_pipeline.engines.program import program
from technic_pipeline.indicators.registry import REGISTRY

days = np.arange(300)
prices = np.linspace(10.0, 20.0, 300)
none = np.array([], dtype=np.int64)
splits = SplitRecords(none, none.astype("datetime64[D]"), none * 1.0, none * 1.0)
history = BarHistory(
    np.array([1], dtype=np.int32), np.array([0, 300]), days.astype("datetime64[D]"),
    days.astype(np.int32), prices, prices, prices, prices, prices, splits,
)
# Enough of them to call several kernels; all take a minute.
some = REGISTRY[:20]
columns = [column for each in some for column in each.columns]
rows = compute(Cpu(), history, np.array([0]), some, columns)
made = program(some).stats
print(json.dumps({
    "loaded": sum(made.cache_hits.values()),
    "compiled": sum(made.cache_misses.values()),
    "values": rows.values.tobytes().hex(),
}))
"""


@dataclass(frozen=True)
class Process:
    """What one process said, and every file below its home afterwards with its time of change."""

    said: dict
    files: dict[Path, int]


def process(home: Path) -> Process:
    places = {"HOME": str(home), "XDG_CACHE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", COMPUTE],
        env=os.environ | places,
        check=True,
        capture_output=True,
        text=True,
    )
    files = {path: path.stat().st_mtime_ns for path in home.rglob("*.nb?")}
    return Process(json.loads(done.stdout), files)


@pytest.fixture(scope="module")
def first_and_second(tmp_path_factory: pytest.TempPathFactory) -> tuple[Process, Process]:
    """Two processes, one after the other, that share a home with nothing in it."""
    home = tmp_path_factory.mktemp("home")
    return process(home), process(home)


def test_the_first_process_compiles_the_program_of_all_kernels_and_keeps_it(
    first_and_second: tuple[Process, Process],
) -> None:
    first, _ = first_and_second
    assert first.said["compiled"] == 1
    assert [path for path in first.files if ".run-" in path.name and path.suffix == ".nbc"]


def test_the_second_process_compiles_nothing_and_leaves_no_new_file(
    first_and_second: tuple[Process, Process],
) -> None:
    first, second = first_and_second
    assert second.said["compiled"] == 0
    assert second.said["loaded"] == 1
    assert second.files == first.files


def test_loaded_kernels_give_the_bits_of_compiled_ones(
    first_and_second: tuple[Process, Process],
) -> None:
    first, second = first_and_second
    assert first.said["values"] == second.said["values"]


def test_every_file_lies_in_a_folder_named_by_the_engine_s_fingerprint(
    first_and_second: tuple[Process, Process],
) -> None:
    _, second = first_and_second
    assert second.files
    assert all(engine_fingerprint() in path.parts for path in second.files)


def test_kernels_made_by_many_threads_at_once_all_lie_in_that_folder() -> None:
    # Numba's setting is the process's; whoever found another thread's value there would keep it.
    def make(number: int) -> Path:
        def kernel(x):
            return x + number

        return Path(compiled(kernel).stats.cache_path)  # type: ignore[attr-defined]

    before = config.CACHE_DIR  # type: ignore[attr-defined]
    with ThreadPoolExecutor(16) as pool:
        folders = list(pool.map(make, range(400)))
    assert all(folder.is_relative_to(cache_folder()) for folder in folders)
    assert before == config.CACHE_DIR  # type: ignore[attr-defined]
