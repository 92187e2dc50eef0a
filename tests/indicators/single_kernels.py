"""Every indicator's kernel called by itself, in the registry's order, outside any engine."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.indicators.indicator import BAR_SERIES, Block
from technic_pipeline.indicators.registry import REGISTRY

NAMES = [*BAR_SERIES, *(column for each in REGISTRY for column in each.columns)]

kernel_of = cache(compiled)


def initial_accumulators(lanes: int) -> NDArray[np.float64]:
    """`[slot, lane]` before the first bar."""
    initial = np.array([value for each in REGISTRY for value in each.initial])
    return np.repeat(initial[:, None], lanes, axis=1)


def run_kernels(
    series: NDArray[np.float64],
    accumulators: NDArray[np.float64],
    seen: NDArray[np.int64],
    active: NDArray[np.int64],
) -> None:
    """Fill the columns of `series[name, HISTORY + row, lane]`, and take the accumulators on."""
    block = Block(seen, active, 0, len(seen))
    slot = 0
    for indicator in REGISTRY:
        own = accumulators[slot : slot + len(indicator.initial)]
        slot += len(indicator.initial)
        arrays = [series[NAMES.index(name)] for name in (*indicator.reads, *indicator.columns)]
        kernel_of(indicator.kernel)(*arrays, own, block, *indicator.parameters)
