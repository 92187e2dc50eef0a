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
from single_kernels import NAMES, initial_accumulators, run_kernels

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
    """What the processor is given of a block and makes of it: every series, and accumulators."""

    given: NDArray[np.float64]
    accumulators: NDArray[np.float64]
    series: NDArray[np.float64]
    accumulators_after: NDArray[np.float64]


ACTIVE = (np.array(LENGTHS) > np.arange(LENGTHS[0])[:, None]).sum(axis=1)
SEEN = np.full(len(LENGTHS), SEEN_BEFORE, dtype=np.int64)


def filled(bars: NDArray[np.float64]) -> NDArray[np.float64]:
    """A block with these bars, nothing before them, and columns that are still to be written."""
    series = np.full((len(NAMES), HISTORY + bars.shape[1], len(LENGTHS)), np.nan)
    series[: len(BAR_SERIES), HISTORY:] = bars
    return series


@pytest.fixture(scope="module")
def on_processor() -> Run:
    bars = block_of_bars(SEEN_BEFORE + LENGTHS[0])
    accumulators = initial_accumulators(len(LENGTHS))
    before = filled(bars[:, :SEEN_BEFORE])
    everyone = np.full(SEEN_BEFORE, len(LENGTHS), dtype=np.int64)
    run_kernels(before, accumulators, np.zeros_like(SEEN), everyone)
    given = filled(bars[:, SEEN_BEFORE:])
    given[:, :HISTORY] = before[:, SEEN_BEFORE:]
    series, after = given.copy(), accumulators.copy()
    run_kernels(series, after, SEEN, ACTIVE)
    return Run(given, accumulators, series, after)


@pytest.fixture(scope="module")
def on_cuda(on_processor: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, NDArray]:
    """Every series and the accumulators, by CUDA threads in a process of their own."""
    folder = tmp_path_factory.mktemp("cuda")
    np.savez(
        folder / "given.npz",
        series=on_processor.given,
        accumulators=on_processor.accumulators,
        seen=SEEN,
        active=ACTIVE,
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
    for name in indicator.columns:
        ours, theirs = (s[NAMES.index(name)] for s in (on_processor.series, on_cuda["series"]))
        for lane, length in enumerate(LENGTHS):
            rows = slice(HISTORY, HISTORY + length)
            assert plain(ours[rows, lane]) == plain(theirs[rows, lane])


def test_threads_leave_the_processor_s_state(
    on_processor: Run, on_cuda: dict[str, NDArray]
) -> None:
    assert plain(on_processor.accumulators_after) == plain(on_cuda["accumulators"])
