"""A process that works evenings, one a line of its input, and says what it holds after each.

`python -m tests.endurance.worker URL REDIS_URL`
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date

import psutil

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.scan.publishing import Market
from tests.endurance.market import CALENDAR, scans, source_of
from tests.published_evenings import work


@dataclass(frozen=True)
class Usage:
    """What an evening took, and what the process holds after it: bytes, files, threads."""

    seconds: float
    memory: int
    files: int
    threads: int


def serve(url: str, redis_url: str) -> None:
    """Until nobody asks any more."""
    market, definitions = Market(url, redis_url, CALENDAR), scans()
    Cpu().prepare(REGISTRY)
    process = psutil.Process()
    for line in sys.stdin:
        started = time.perf_counter()
        work(market, definitions, source_of(date.fromisoformat(line.strip())))
        held = process.memory_info().rss, process.num_fds(), process.num_threads()
        usage = Usage(time.perf_counter() - started, *held)
        print(json.dumps(asdict(usage)), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
