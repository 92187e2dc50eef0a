"""Machine code for kernels, kept on disk between processes.

Numba's disk cache notices a change of the function's own file, not of one that it calls elsewhere.
So each engine build has a folder of its own, named by its fingerprint.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import numba
import platformdirs
from numba.core import config

from technic_pipeline.indicators.fingerprint import engine_fingerprint

# Two threads that set and put back Numba's setting at once would leave one of them the other's.
_setting = Lock()


def cache_folder() -> Path:
    """Where this engine build keeps its machine code."""
    root = Path(platformdirs.user_cache_dir("technic_pipeline", appauthor=False))
    return root / "kernels" / engine_fingerprint()


def inlined(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel to be compiled as a part of whoever calls it.

    There its parameters are constants, by which short windows are unrolled and worked out for
    several lanes at once.
    """
    return numba.njit(nogil=True, error_model="numpy", forceinline=True)(kernel)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` compiled by Numba on its first call, or loaded from this build's folder.

    Without the interpreter's lock while it runs, without fastmath: bits matter.
    """
    # Numba makes its settings at run time, and reads this one when the decorator runs; the
    # process's own choice is put back.
    settings: Any = config
    with _setting:
        before = settings.CACHE_DIR
        settings.CACHE_DIR = str(cache_folder())
        try:
            return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
        finally:
            settings.CACHE_DIR = before
