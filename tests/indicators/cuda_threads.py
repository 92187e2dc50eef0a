"""Run every indicator as CUDA threads, one a lane: what test_indicators_on_cuda.py starts.

Takes two paths: an .npz with `series` (the bars in their places, the columns still empty),
`accumulators`, `seen` and `active`; and one to write, with `series` and `accumulators` afterwards.
"""

from __future__ import annotations

import sys
from typing import Any

import numba.cuda
import numpy as np

from technic_pipeline.indicators.indicator import BAR_SERIES, Block, Indicator
from technic_pipeline.indicators.registry import REGISTRY

# Numba's annotations describe another cuda than the simulator.
cuda: Any = numba.cuda


def launcher(indicator: Indicator) -> Any:
    device = cuda.jit(device=True)(indicator.kernel)

    @cuda.jit
    def one_thread_a_lane(arrays, state, seen, active):
        lane = cuda.grid(1)
        if lane < seen.size:
            device(*arrays, state, Block(seen, active, lane, lane + 1), *indicator.parameters)

    return one_thread_a_lane


def run(source: str, target: str) -> None:
    given = np.load(source)
    series, accumulators = given["series"], given["accumulators"]
    seen, active = given["seen"], given["active"]
    names = [*BAR_SERIES, *(column for each in REGISTRY for column in each.columns)]
    slot = 0
    for indicator in REGISTRY:
        own = accumulators[slot : slot + len(indicator.initial)]
        slot += len(indicator.initial)
        wanted = (*indicator.reads, *indicator.columns)
        arrays = tuple(series[names.index(name)] for name in wanted)
        # One lane a block of threads, and one thread too many.
        launcher(indicator)[seen.size + 1, 1](arrays, own, seen, active)
    np.savez(target, series=series, accumulators=accumulators)


if __name__ == "__main__":
    run(*sys.argv[1:])
