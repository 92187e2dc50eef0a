"""The processor's functions as CUDA device functions: the same text for another machine.

A processor's compiled function is of no use to a thread of a graphics processor, but its Python
text is. So every function of the engine is compiled once more from it, with all that it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numba.cuda
from numba.core import config
from numba.core.registry import CPUDispatcher

from technic_pipeline.engines import streaming
from technic_pipeline.engines.blocks import LaneBlock, WorkSpace

# Numba's annotations describe another cuda than the one of the package numba-cuda.
cuda: Any = numba.cuda
# Numba makes its settings at run time.
CONFIG: Any = config


# So many registers let a processor of the device have 16 warps at work. Link-time optimization
# makes one operation of a product and a sum. The simulator has no such options.
HOW = {} if CONFIG.ENABLE_CUDASIM else {"max_registers": 128, "lto": False}


def _round_every_product() -> None:
    """Have products and sums rounded one by one, as the processor does.

    By itself NVIDIA's compiler makes one operation of the two, with other bits; Numba has no option
    for it. Whether it did is found out by a trial (gpu.py).
    """
    from numba.cuda.cudadrv import nvvm  # noqa: PLC0415 - the simulator has none

    compile_ir: Any = nvvm.compile_ir
    nvvm.compile_ir = lambda ir, **options: compile_ir(ir, **({"fma": False} | options))


if not CONFIG.ENABLE_CUDASIM:
    _round_every_product()


def device(function: Callable[..., Any]) -> Any:
    """A plain function that threads may call."""
    return cuda.jit(device=True)(function)


def kernel(function: Callable[..., Any]) -> Any:
    """A function that is started on many threads, its machine code kept like the processor's."""
    # Given the function later, numba-cuda forgets that link-time optimization is not wanted.
    return cuda.jit(function, cache=True, **HOW)


def on_device(*modules: ModuleType) -> list[ModuleType]:
    """Modules with each compiled function for threads."""
    return [_module_on_device(module) for module in modules]


@cache
def _module_on_device(module: ModuleType) -> ModuleType:
    ours = ModuleType(f"{module.__name__}_on_device")
    for name, value in vars(module).items():
        setattr(ours, name, _on_device(value))
    return ours


def _on_device(value: Any) -> Any:
    for ours, instead in INSTEAD:
        if value is ours:
            return instead
    return _function_on_device(value) if isinstance(value, CPUDispatcher) else value


@cache
def _function_on_device(dispatcher: CPUDispatcher) -> Any:
    plain = dispatcher.py_func
    called = {
        name: _on_device(plain.__globals__[name])
        for name in plain.__code__.co_names
        if name in plain.__globals__
    }
    names = plain.__globals__ | called
    return device(FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__))


plain_storable: Any = streaming.storable
storable = device(plain_storable.py_func)


@device
def store(source, row, count, target, place, begin):
    """What `streaming.stream` does; a cache's lines are no matter of a thread's."""
    for lane in range(count):
        target[place, begin + lane] = storable(source[row, lane])


@device
def nothing():
    """The end of a kernel settles what its threads have stored."""


INSTEAD = [(streaming.stream, store), (streaming.settle, nothing)]


@device
def lanes_from(lanes, first, count):
    """Some of the lanes, side by side."""
    end = first + count
    return LaneBlock(
        lanes.symbol[first:end],
        lanes.epoch[first:end],
        lanes.length[first:end],
        lanes.first_row[first:end],
        lanes.splits_from[first:end],
        lanes.splits_to[first:end],
        lanes.stops[first:end],
    )


@device
def own_space(work, lane):
    """The part of the space in which a thread works: what it has to itself of every array."""
    return WorkSpace(
        work.bars[:, :, lane : lane + 1],
        work.bits[:, :, lane : lane + 1],
        work.columns[:, :, lane : lane + 1],
        work.accumulators[:, lane : lane + 1],
        work.day[:, lane : lane + 1],
        work.digest[:, lane : lane + 1],
        work.symbol_id[lane : lane + 1],
        work.first[lane : lane + 1],
        work.seen[lane : lane + 1],
        work.session[lane : lane + 1],
        work.active[:, lane],
        work.position[:, lane : lane + 1],
        work.straight[:, lane],
    )
