"""The engine on an NVIDIA device, where there is one: `python -m tests.benchmarks.gpu`.

By itself, since it needs neither servers nor the project's other dependencies: whole histories of a
market by the device and by the processor, equal in every bit; what the device takes, what it moves
and what it could move; copies and computing at once; percentiles and ranks of a session.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import cupy
import numba.cuda
import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.device_call import (
    FIRST_RESULT,
    DeviceCall,
    make_space,
    new_stream,
)
from technic_pipeline.engines.device_memory import PinnedMemory
from technic_pipeline.engines.gpu import Gpu
from technic_pipeline.engines.history import BarHistory, SplitRecords
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, initial_states
from technic_pipeline.engines.work import Advanced, lay_out
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
from technic_pipeline.scan.percentiles import falling_order, percentiles

cuda: Any = numba.cuda

BARS = 1_260
MARKET, WORLD = 12_000, 200_000
# Of these the processor's results are compared, value by value.
COMPARED = 12_000
SYMBOLS_A_CALL = 3_000
SPLIT_SHARE = 0.05
BYTES_IN = 5 * 8 + 1 + 8 + 8
BYTES_OUT = len(STORED_COLUMNS) * 8 + 4 + 8 + 4 + 8
LAYOUT = Layout(REGISTRY)


def random_market(symbols: int, bars: int, seed: int) -> BarHistory:
    """Walks of up to `bars` bars, one in ten much shorter, one in twenty with a split."""
    chance = np.random.default_rng(seed)
    lengths = np.where(chance.random(symbols) < 0.1, chance.integers(1, bars, symbols), bars)
    start = np.concatenate([[0], np.cumsum(lengths)])
    total = int(start[-1])
    owner = np.repeat(np.arange(symbols), lengths)
    place = np.arange(total) - start[owner]
    steps = np.cumsum(chance.normal(0.0, 0.02, total))
    base = steps[start[:-1]]
    close = 50.0 * np.exp(steps - base[owner])
    opened = close * np.exp(chance.normal(0.0, 0.01, total))
    high = np.maximum(opened, close) * np.exp(np.abs(chance.normal(0.0, 0.007, total)))
    low = np.minimum(opened, close) * np.exp(-np.abs(chance.normal(0.0, 0.007, total)))
    volume = np.round(chance.lognormal(10.0, 1.0, total)) * (chance.random(total) > 0.02)
    ordinal = (bars - lengths[owner] + place).astype(np.int32)
    session = np.datetime64("2015-01-01", "D") + ordinal.astype(np.int64)
    split = np.flatnonzero(chance.random(symbols) < SPLIT_SHARE)
    at = start[split] + lengths[split] // 2
    return BarHistory(
        symbol_id=np.arange(symbols, dtype=np.int32),
        start=start,
        session=session,
        ordinal=ordinal,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        splits=SplitRecords(split, session[at], np.ones(len(split)), np.full(len(split), 2.0)),
    )


def parts(history: BarHistory, size: int) -> Iterator[BarHistory]:
    """Some symbols at a time."""
    symbols = len(history.symbol_id)
    for first in range(0, symbols, size):
        yield history.of_symbols(first, min(first + size, symbols))


def call(history: BarHistory) -> tuple[BarHistory, States, NDArray, NDArray]:
    """What an engine is asked: every row from the first bar on, and the state after the last."""
    lengths = np.diff(history.start)
    before = initial_states(LAYOUT, history.symbol_id)
    return history, before, np.zeros(len(lengths), dtype=np.int64), lengths[:, None]


def by_device(gpu: Gpu, history: BarHistory) -> Advanced:
    return gpu.advance(*call(history), REGISTRY, STORED_COLUMNS)


def by_processor(history: BarHistory, threads: int) -> Advanced:
    return Cpu(threads).advance(*call(history), REGISTRY, STORED_COLUMNS)


def difference(ours: Advanced, theirs: Advanced) -> dict[str, float | int | bool]:
    """How many values have other bits, and by how much they differ at most."""
    a, b = ours.rows.values.T, theirs.rows.values.T
    other = np.ascontiguousarray(a).view(np.int64) != np.ascontiguousarray(b).view(np.int64)
    names = ("symbol_id", "session", "bars", "digest")
    labels = all(np.array_equal(getattr(ours.rows, n), getattr(theirs.rows, n)) for n in names)
    found: dict[str, float | int | bool] = {
        "values": int(a.size),
        "of_other_bits": int(other.sum()),
        "equal_labels": labels,
        "equal_states": bool(
            np.array_equal(ours.states["numbers"], theirs.states["numbers"], equal_nan=True)
            and np.array_equal(ours.states["digest"], theirs.states["digest"])
        ),
    }
    if other.any():
        gap = np.abs(a[other] - b[other]) / np.maximum(np.abs(b[other]), 1e-300)
        found["missing_elsewhere"] = int(np.isnan(gap).sum())
        found["largest_relative"] = float(np.nanmax(gap))
        found["columns"] = str(
            [n for n, bad in zip(STORED_COLUMNS, other, strict=True) if bad.any()]
        )
    return found


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))


def device_seconds(history: BarHistory, times: int = 3) -> dict[str, float]:
    """Sending, the kernel alone, and bringing back, of one call, by the device's own clock."""
    work = lay_out(*call(history), REGISTRY, STORED_COLUMNS)
    stream, pinned = new_stream(), PinnedMemory()
    space = make_space(LAYOUT, len(work.lanes), stream)
    taken = []
    for _ in range(times + 1):
        marks = [cuda.event(timing=True) for _ in range(4)]
        marks[0].record(stream)
        sent = DeviceCall.send(work, stream)
        marks[1].record(stream)
        lanes = sent.run(space)
        marks[2].record(stream)
        back = [pinned.copy(array, stream) for array in sent.rows[FIRST_RESULT:]]
        marks[3].record(stream)
        stream.synchronize()
        del back, lanes
        taken.append([cuda.event_elapsed_time(*pair) / 1e3 for pair in pairwise(marks)])
    sending, computing, returning = np.median(taken[1:], axis=0).tolist()
    return {"lanes": space.lanes, "send": sending, "compute": computing, "return": returning}


def bandwidths() -> dict[str, float]:
    """Bytes a second: within the device (read and written), and to and from it."""
    size = 2**30
    a, b = cupy.zeros(size, cupy.uint8), cupy.zeros(size, cupy.uint8)
    host = cuda.pinned_array(size, dtype=np.uint8)
    there = cuda.as_cuda_array(a)

    def inside() -> None:
        b[:] = a
        cupy.cuda.Device().synchronize()

    inside()
    found = {"within": 2 * size / seconds(inside, 5)}
    found["to"] = size / seconds(lambda: (there.copy_to_device(host), cuda.synchronize()), 5)
    found["from"] = size / seconds(lambda: (there.copy_to_host(host), cuda.synchronize()), 5)
    return found


def in_turn(work: Callable[[BarHistory], object], some: list[BarHistory], at_once: int) -> None:
    """All parts, so many under way at once; results are let go of."""

    def forget(part: BarHistory) -> None:
        work(part)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(forget, some))


def cross_section(symbols: int) -> dict[str, float | bool]:
    """Percentiles of twenty columns and the order by one, by CuPy and by NumPy, copies included."""
    values = np.random.default_rng(3).normal(size=(20, symbols))
    values[:, ::50] = np.nan
    values[:, 1::7] = values[:, ::7][:, : len(values[0, 1::7])]
    values[:, 3::900] = 0.0
    values[:, 4::900] = -0.0
    ties = np.random.default_rng(4).permutation(symbols)

    def by(arrays: ModuleType) -> tuple[NDArray, NDArray]:
        standing = np.stack([percentiles(column, arrays) for column in values])
        return standing, falling_order(values[0], ties, arrays)

    there, here = by(cupy), by(np)
    return {
        "symbols": symbols,
        "equal": all(map(partial(np.array_equal, equal_nan=True), there, here)),
        "device_s": seconds(partial(by, cupy), 5),
        "numpy_s": seconds(partial(by, np), 5),
    }


def measure() -> Iterator[tuple[str, Any]]:
    """Everything, as it is found."""
    device = cuda.get_current_device()
    name = device.name.decode() if isinstance(device.name, bytes) else device.name
    yield "device", {"name": name, "capability": str(device.compute_capability)}
    yield (
        "versions",
        {"numba": numba.__version__, "cupy": cupy.__version__, "numpy": np.__version__},
    )
    yield "bandwidth_gb_s", {k: round(v / 1e9, 1) for k, v in bandwidths().items()}
    gpu = Gpu()
    small = random_market(64, 300, seed=2)
    started = time.perf_counter()
    first = by_device(gpu, small)
    yield "device_compiled_s", time.perf_counter() - started
    started = time.perf_counter()
    yield "small", difference(first, by_processor(small, 1))
    yield "processor_compiled_s", time.perf_counter() - started
    market = random_market(MARKET, BARS, seed=1)
    some = list(parts(market, SYMBOLS_A_CALL))
    yield "market", {"symbols": MARKET, "bars": len(market), "cores": os.cpu_count()}
    for part in some[:2]:
        yield "compared", difference(by_device(gpu, part), by_processor(part, os.cpu_count() or 1))
    yield "one_call", {**device_seconds(some[0]), "bars": len(some[0])}
    yield "one_call_of_all", {**device_seconds(market), "bars": len(market)}
    for at_once in (1, 2, 3):
        yield (
            f"device_s_{at_once}_at_once",
            seconds(partial(in_turn, partial(by_device, gpu), some, at_once)),
        )
    for threads in (1, 2, os.cpu_count() or 1):
        yield (
            f"processor_s_{threads}_threads",
            seconds(partial(in_turn, partial(by_processor, threads=threads), some, 1), times=1),
        )
    world = some * (WORLD // MARKET)
    started = time.perf_counter()
    in_turn(partial(by_device, gpu), world, 2)
    yield (
        "world",
        {
            "symbols": SYMBOLS_A_CALL * len(world),
            "bars": sum(len(part) for part in world),
            "device_s": time.perf_counter() - started,
        },
    )
    for symbols in (MARKET, WORLD):
        yield "percentiles", cross_section(symbols)


def main() -> None:
    """Print each figure, and keep all of them if asked to."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--json", type=Path, help="Keep the figures in this file.")
    kept = []
    where = arguments.parse_args().json
    for name, figure in measure():
        kept.append([name, figure])
        print(f"{name}: {figure}", flush=True)
        if where:
            where.write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
