"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

CPU_FACTS = Path("/proc/cpuinfo")


def describe_machine() -> dict[str, str | int | None]:
    """Cores, processor, and the versions that decide how fast kernels and servers are."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numba", "numpy", "ta-lib", "psycopg", "dagster")},
    }


def _processor() -> str:
    if not CPU_FACTS.exists():
        return platform.processor()
    lines = CPU_FACTS.read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
