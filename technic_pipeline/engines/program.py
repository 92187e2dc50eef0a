"""All indicators as one piece of machine code.

Calling a hundred kernels from Python for every few rows would take longer than they do, and would
hold the interpreter's lock. So the calls are written out as the text of one function, in the
registry's order, which is compiled like a kernel and kept beside them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from technic_pipeline.engines.compiler import cache_folder
from technic_pipeline.indicators.indicator import BAR_SERIES, Indicator

_loading = Lock()

HEAD = '''"""Written by technic_pipeline.engines.program: takes lanes through their bars."""

from technic_pipeline.engines import block_bars, block_rows, block_states, streaming
from technic_pipeline.engines.blocks import STRIP
from technic_pipeline.engines.{compiler} import {functions}
from technic_pipeline.indicators.indicator import HISTORY, Block
'''

THROUGH_BARS = """

@{decorator}
def run(raw, lanes, before, work, kept, rows, after):
    block_states.load(before, raw, lanes, work, kept)
    row = 0
    base = 0
    while row < lanes.length[0]:
        end = block_bars.pass_end(row, lanes)
        if base + HISTORY + end - row > STRIP:
            block_bars.wind_back(work.bars, base)
            base = 0
        block_bars.count_active(lanes, row, end, work.active)
        block_bars.pack(raw, lanes, row, end, work, base)
        block_bars.digest_bars(work, end - row, base)
        block_rows.place_rows(lanes, row, end - row, rows, work)
        block_rows.unpack_labels(work, end - row, rows)
        block = Block(work.seen, work.active[: end - row], 0, lanes.symbol.size)
{calls}
        block_bars.finish_pass(raw, lanes, row, end, work, kept)
        block_states.save_stopped(after, raw, lanes, end, base, end - row, work, kept)
        base += end - row
        row = end
    streaming.settle()
"""

# On a graphics processor each thread has a block of one lane, and the same text.
ON_DEVICE = """
block_bars, block_rows, block_states, streaming = on_device(
    block_bars, block_rows, block_states, streaming
)
"""
A_THREAD_A_LANE = """

@kernel
def run_lanes(raw, lanes, before, work, kept, rows, after):
    lane = cuda.grid(1)
    if lane < lanes.symbol.size:
        run(raw, one_lane(lanes, lane), before, own_space(work, lane), kept, rows, after)
"""


def program(indicators: tuple[Indicator, ...]) -> Callable[..., None]:
    """The compiled function that takes a block of lanes through its bars."""
    # Two threads that came at once would each have one, and each compile its own.
    with _loading:
        return _load(indicators)


def device_program(indicators: tuple[Indicator, ...]) -> Any:
    """The CUDA kernel that takes lanes through their bars, one a thread."""
    with _loading:
        return _load_on_device(indicators)


@cache
def _load(indicators: tuple[Indicator, ...]) -> Callable[..., None]:
    return load_module(program_text(indicators)).run


@cache
def _load_on_device(indicators: tuple[Indicator, ...]) -> Any:
    return load_module(device_program_text(indicators)).run_lanes


def program_text(indicators: Sequence[Indicator]) -> str:
    """The Python source of the processor's function."""
    head = HEAD.format(compiler="compiler", functions="compiled, inlined")
    imports, calls = _kernels(indicators, "inlined")
    return head + imports + THROUGH_BARS.format(decorator="compiled", calls=calls)


def device_program_text(indicators: Sequence[Indicator]) -> str:
    """The Python source of the graphics processor's kernel."""
    functions = "cuda, device, kernel, on_device, one_lane, own_space"
    head = HEAD.format(compiler="device_compiler", functions=functions)
    imports, calls = _kernels(indicators, "device")
    loop = THROUGH_BARS.format(decorator="device", calls=calls)
    return head + ON_DEVICE + imports + loop + A_THREAD_A_LANE


def _kernels(indicators: Sequence[Indicator], decorator: str) -> tuple[str, str]:
    """The lines that import each kernel once, and those that call them in order."""
    names: dict[tuple[str, str], str] = {}
    for indicator in indicators:
        names.setdefault(_origin(indicator), f"kernel_{len(names)}")
    imports = [
        f"from {module} import {kernel} as plain_{name}\n{name} = {decorator}(plain_{name})\n"
        for (module, kernel), name in names.items()
    ]
    return "".join(imports), "\n".join(_calls(indicators, names))


def load_module(text: str) -> ModuleType:
    """Import a text from the engine build's folder, where its machine code will lie too.

    Numba finds machine code again by the file that the function came from.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    name = f"technic_pipeline_program_{digest}"
    path = cache_folder() / f"{name}.py"
    _write_once(path, text)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    # Loading machine code imports its module by name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _calls(indicators: Sequence[Indicator], names: dict[tuple[str, str], str]) -> list[str]:
    series = {bar: f"work.bars[{at}, base:]" for at, bar in enumerate(BAR_SERIES)}
    columns = [column for indicator in indicators for column in indicator.columns]
    places = {column: at for at, column in enumerate(columns)}
    series |= {column: f"work.columns[{at}]" for column, at in places.items()}
    calls = []
    slot = 0
    for indicator in indicators:
        state = f"work.accumulators[{slot} : {slot + len(indicator.initial)}]"
        slot += len(indicator.initial)
        arrays = [series[name] for name in (*indicator.reads, *indicator.columns)]
        arguments = [*arrays, state, "block", *map(repr, indicator.parameters)]
        calls.append(f"        {names[_origin(indicator)]}({', '.join(arguments)})")
        # At once, while what the kernel wrote is in the nearest cache.
        for name in indicator.columns:
            place = f"rows.place[{places[name]}]"
            calls.append(
                f"        block_rows.unpack({series[name]}, end - row, {place}, rows.values, work)"
            )
    return calls


def _origin(indicator: Indicator) -> tuple[str, str]:
    return indicator.kernel.__module__, indicator.kernel.__name__


def _write_once(path: Path, text: str) -> None:
    """Write a file whole, unless it is there; its time of change tells Numba of a new one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, suffix=".unfinished", delete=False
    ) as unfinished:
        unfinished.write(text)
    Path(unfinished.name).replace(path)
