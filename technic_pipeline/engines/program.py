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

from technic_pipeline.engines.compiler import cache_folder
from technic_pipeline.indicators.indicator import BAR_SERIES, Indicator

_loading = Lock()

HEAD = '''"""Written by technic_pipeline.engines: takes lanes through their bars."""

from technic_pipeline.engines import block_bars, block_rows, block_states, streaming
from technic_pipeline.engines.blocks import STRIP
from technic_pipeline.engines.{compiler} import {functions}
from technic_pipeline.indicators.indicator import HISTORY, Block
'''

BODY = """

@compiled
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


def program(indicators: tuple[Indicator, ...]) -> Callable[..., None]:
    """The compiled function that takes a block of lanes through its bars."""
    # Two threads that came at once would each have one, and each compile its own.
    with _loading:
        return _load(indicators)


@cache
def _load(indicators: tuple[Indicator, ...]) -> Callable[..., None]:
    return load_module(program_text(indicators)).run


def program_text(indicators: Sequence[Indicator]) -> str:
    """The Python source of that function."""
    head = HEAD.format(compiler="compiler", functions="compiled, inlined")
    lines = []
    for indicator, called in zip(indicators, kernel_calls(indicators), strict=True):
        lines.append(called)
        # At once, while what the kernel wrote is in the nearest cache.
        lines += [
            f"block_rows.unpack({series}, end - row, rows.place[{at}], rows.values, work)"
            for at, series in _written(indicators, indicator)
        ]
    body = BODY.format(calls=indented(lines, 8))
    return head + kernel_imports(indicators, "inlined") + body


def indented(lines: Sequence[str], spaces: int) -> str:
    """Lines of a function's text."""
    return "\n".join(" " * spaces + line for line in lines)


def kernel_imports(indicators: Sequence[Indicator], decorator: str) -> str:
    """The lines that import every kernel once."""
    return "".join(
        f"from {module} import {kernel} as plain_{name}\n{name} = {decorator}(plain_{name})\n"
        for (module, kernel), name in _kernel_names(indicators).items()
    )


def kernel_calls(indicators: Sequence[Indicator]) -> list[str]:
    """For each indicator the line that calls its kernel."""
    series = {bar: f"work.bars[{at}, base:]" for at, bar in enumerate(BAR_SERIES)}
    series |= {column: f"work.columns[{at}]" for column, at in _places(indicators).items()}
    names = _kernel_names(indicators)
    calls = []
    slot = 0
    for indicator in indicators:
        state = f"work.accumulators[{slot} : {slot + len(indicator.initial)}]"
        slot += len(indicator.initial)
        arrays = [series[name] for name in (*indicator.reads, *indicator.columns)]
        arguments = [*arrays, state, "block", *map(repr, indicator.parameters)]
        calls.append(f"{names[_origin(indicator)]}({', '.join(arguments)})")
    return calls


def _written(indicators: Sequence[Indicator], indicator: Indicator) -> list[tuple[int, str]]:
    places = _places(indicators)
    return [(places[name], f"work.columns[{places[name]}]") for name in indicator.columns]


def _places(indicators: Sequence[Indicator]) -> dict[str, int]:
    columns = [column for indicator in indicators for column in indicator.columns]
    return {column: at for at, column in enumerate(columns)}


def _kernel_names(indicators: Sequence[Indicator]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for indicator in indicators:
        names.setdefault(_origin(indicator), f"kernel_{len(names)}")
    return names


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
