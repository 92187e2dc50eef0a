"""Which build of the engine made a value.

Two builds with equal fingerprints give equal bits. It covers everything that turns bars into
values: the sources of the indicators and of the engines, the compiler, and the kind of processor.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path

import llvmlite
import numba

PACKAGE = Path(__file__).parents[1]


@cache
def engine_fingerprint() -> str:
    """Sixteen hexadecimal digits."""
    digest = hashlib.sha256()
    for folder in ("indicators", "engines"):
        for source in sorted((PACKAGE / folder).rglob("*.py")):
            digest.update(source.relative_to(PACKAGE).as_posix().encode())
            digest.update(source.read_bytes())
    for version in (numba.__version__, llvmlite.__version__, platform.machine()):
        digest.update(version.encode())
    return digest.hexdigest()[:16]
