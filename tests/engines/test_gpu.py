"""The text that the processor runs over lanes, as CUDA threads: the same bits.

Numba's simulator stands in for the device: it shows that the threads of a group do the processor's
work, wait for each other where they must, and need nothing that a thread has not, on a machine
without a GPU. What a device makes of it is measured by tests/benchmarks/gpu.py.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from calls import CALLS, assert_same

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.device_program import PARTS, levels, shared_out
from technic_pipeline.engines.work import Advanced
from technic_pipeline.indicators.indicator import BAR_SERIES
from technic_pipeline.indicators.registry import REGISTRY

PROGRAM = Path(__file__).with_name("engine_process.py")


@pytest.fixture(scope="module")
def by_threads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Advanced]:
    """The answers of the simulated device."""
    folder = tmp_path_factory.mktemp("device")
    given, found = folder / "calls", folder / "answers"
    given.write_bytes(pickle.dumps({name: call() for name, call in CALLS.items()}))
    # The simulator counts in Python, which warns where an integer wraps around.
    command = [sys.executable, "-W", "ignore", PROGRAM, given, found]
    here = os.pathsep.join([str(PROGRAM.parent), str(PROGRAM.parents[1])])
    simulated = {"NUMBA_ENABLE_CUDASIM": "1", "PYTHONPATH": here}
    subprocess.run(command, env=os.environ | simulated, check=True)
    return pickle.loads(found.read_bytes())  # noqa: S301 - our own process wrote it


@pytest.mark.parametrize("name", CALLS)
def test_threads_give_the_processor_s_bits(name: str, by_threads: dict[str, Advanced]) -> None:
    assert_same(by_threads[name], CALLS[name]().of(Cpu(1)))


def test_every_indicator_runs_once_and_after_all_that_it_reads() -> None:
    seen = set(BAR_SERIES)
    ran = []
    for level in levels(REGISTRY):
        assert all(set(indicator.reads) <= seen for indicator in level)
        seen |= {column for indicator in level for column in indicator.columns}
        shares = shared_out(level)
        assert len(shares) == PARTS
        ran += [indicator for share in shares for indicator in share]
    assert sorted(ran, key=REGISTRY.index) == list(REGISTRY)
