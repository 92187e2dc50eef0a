"""Arrays on a graphics processor, and the way there and back."""

from __future__ import annotations

import weakref
from math import prod
from typing import Any

import numba.cuda
import numpy as np
from numpy.typing import DTypeLike, NDArray

try:
    import cupy  # pyright: ignore[reportMissingImports] - an extra
except ImportError:
    # Numba's simulator has no device, and no use for CuPy.
    cupy = None

# Numba's annotations describe another cuda than the one of the package numba-cuda.
cuda: Any = numba.cuda

# A little more than asked for, so that the next call's results fit too.
HEADROOM = 1.25


def empty(shape: tuple[int, ...], dtype: DTypeLike) -> Any:
    """An array on the device, in memory that CuPy keeps for the next one of its size."""
    if cupy is None:
        return cuda.device_array(shape, dtype=dtype)
    return cuda.as_cuda_array(cupy.empty(shape, dtype=dtype), sync=False)


def sent(value: Any, stream: Any) -> Any:
    """An array copied to the device; a number as it is."""
    if not isinstance(value, np.ndarray):
        return value
    there = empty(value.shape, value.dtype)
    if value.size:
        there.copy_to_device(value, stream=stream)
    return there


def free_memory() -> float:
    """In bytes, with what CuPy keeps."""
    kept = 0 if cupy is None else cupy.get_default_memory_pool().free_bytes()
    return cuda.current_context().get_memory_info().free + kept


class PinnedMemory:
    """Arrays in memory that the system cannot move, into which a device copies without waiting.

    To have it made takes longer than to fill it: it returns here when nobody refers to an array in
    it any more, and is lent again.
    """

    def __init__(self) -> None:
        self._free: list[NDArray[np.uint8]] = []

    def copy(self, array: Any, stream: Any) -> NDArray:
        """What is on the device, once the stream has come so far."""
        found = self._empty(array.shape, array.dtype)
        return array.copy_to_host(found, stream=stream) if found.size else found

    def _empty(self, shape: tuple[int, ...], dtype: np.dtype) -> NDArray:
        size = prod(shape) * dtype.itemsize
        fitting = [at for at, memory in enumerate(self._free) if memory.size >= size]
        if fitting:
            memory = self._free.pop(min(fitting, key=lambda at: self._free[at].size))
        else:
            memory = cuda.pinned_array(max(1, int(size * HEADROOM)), dtype=np.uint8)
        lent = _Lent(memory)
        weakref.finalize(lent, self._free.append, memory)
        return np.asarray(lent)[:size].view(dtype).reshape(shape)


class _Lent:
    """What an array and all views of it refer to, as long as one of them is there."""

    def __init__(self, memory: NDArray[np.uint8]) -> None:
        self.__array_interface__ = memory.__array_interface__
