"""The text that the processor's loop runs over lanes also runs as a CUDA thread, with equal bits.

Numba's simulator stands in for the device: it shows that a kernel keeps to its own lane and needs
nothing that a thread has not, on a machine without a GPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from histories import bar_series, history_of, plain, walk
from numpy.typing import NDArray

from technic_pipeline.engines import cpu
from technic_pipeline.engines.state import State, initial_state
from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY, Indicator
from technic_pipeline.indicators.registry import REGISTRY

PROGRAM = Path(__file__).with_name("cuda_threads.py")
# Lanes of a block, longest first, each wilder than the one before: the last ones jump.
LENGTHS = [280, 261, 30, 1]
SEEN_BEFORE = 10


def block_of_bars(rows: int) -> NDArray[np.float64]:
    history = history_of([walk(seed, count=rows, daily=0.02 * seed) for seed in range(1, 5)])
    return bar_series(history).reshape(-1, 4, rows).swapaxes(1, 2)


@dataclass(frozen=True)
class Run:
    """What the processor made of a block: from which state, every series, to which state."""

    before: State
    active: NDArray[np.int64]
    series: NDArray[np.float64]
    after: State


@pytest.fixture(scope="module")
def on_processor() -> Run:
    bars = block_of_bars(SEEN_BEFORE + LENGTHS[0])
    everyone = np.full(SEEN_BEFORE, len(LENGTHS), dtype=np.int64)
    start = initial_state(REGISTRY, len(LENGTHS))
    before, _ = cpu.advance(REGISTRY, start, bars[:, :SEEN_BEFORE], everyone)
    active = (np.array(LENGTHS) > np.arange(LENGTHS[0])[:, None]).sum(axis=1)
    after, series = cpu.advance(REGISTRY, before, bars[:, SEEN_BEFORE:], active)
    return Run(before, active, series, after)


def before_any_kernel(run: Run) -> NDArray[np.float64]:
    """The block with the bars and what is remembered, and nothing that a kernel must write."""
    given = np.zeros_like(run.series)
    given[: len(BAR_SERIES)] = run.series[: len(BAR_SERIES)]
    position = len(BAR_SERIES)
    for indicator in REGISTRY:
        recalled = slice(HISTORY - indicator.remembers, HISTORY)
        for column in range(position, position + len(indicator.columns)):
            given[column, recalled] = run.series[column, recalled]
        position += len(indicator.columns)
    return given


@pytest.fixture(scope="module")
def on_cuda(on_processor: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, NDArray]:
    """Every series and the accumulators, by CUDA threads in a process of their own."""
    folder = tmp_path_factory.mktemp("cuda")
    np.savez(
        folder / "given.npz",
        series=before_any_kernel(on_processor),
        accumulators=on_processor.before.accumulators,
        seen=on_processor.before.seen,
        active=on_processor.active,
    )
    subprocess.run(
        [sys.executable, PROGRAM, folder / "given.npz", folder / "found.npz"],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        check=True,
    )
    return dict(np.load(folder / "found.npz"))


@pytest.mark.parametrize(
    "indicator", [pytest.param(indicator, id=indicator.columns[0]) for indicator in REGISTRY]
)
def test_a_thread_a_lane_writes_the_processor_s_bits(
    indicator: Indicator, on_processor: Run, on_cuda: dict[str, NDArray]
) -> None:
    names = [*BAR_SERIES, *(column for each in REGISTRY for column in each.columns)]
    for name in indicator.columns:
        ours, theirs = (s[names.index(name)] for s in (on_processor.series, on_cuda["series"]))
        for lane, length in enumerate(LENGTHS):
            rows = slice(HISTORY, HISTORY + length)
            assert plain(ours[rows, lane]) == plain(theirs[rows, lane])


def test_threads_leave_the_processor_s_state(
    on_processor: Run, on_cuda: dict[str, NDArray]
) -> None:
    assert plain(on_processor.after.accumulators) == plain(on_cuda["accumulators"])
