"""All indicators as one CUDA kernel.

One thread a lane would leave most of the device idle: it waits for memory at every bar. So a lane
has a thread in each of several warps, and each warp runs another part of the indicators. One that
reads another's columns comes a level later, and between two levels all wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

from technic_pipeline.engines.program import (
    HEAD,
    indented,
    kernel_calls,
    kernel_imports,
    load_module,
)
from technic_pipeline.indicators.indicator import BAR_SERIES, Indicator

# Warps that share a group of lanes.
PARTS = 16
# A loop over a window up to this is written out; a longer one is a running total.
LONGEST_LOOP = 40

_loading = Lock()

FUNCTIONS = "cuda, device, kernel, lanes_from, on_device, own_space"
ON_DEVICE = """
block_bars, block_rows, block_states, streaming = on_device(
    block_bars, block_rows, block_states, streaming
)
"""
# Who is not part 0 reads what it made only after the next wait.
BODY = """

@device
def run(raw, group, lanes, before, work, kept, rows, after):
    part = cuda.threadIdx.y
    if part == 0:
        block_states.load(before, raw, lanes, work, kept)
    row = 0
    base = 0
    while row < group.length[0]:
        end = block_bars.pass_end(row, group)
        if base + HISTORY + end - row > STRIP:
            if part == 0:
                block_bars.wind_back(work.bars, base)
            base = 0
        if part == 0:
            block_bars.count_active(lanes, row, end, work.active)
            block_bars.pack(raw, lanes, row, end, work, base)
            block_rows.place_rows(lanes, row, end - row, rows, work)
        cuda.syncthreads()
        block = Block(work.seen, work.active[: end - row], 0, 1)
{levels}
        for column in range(part, work.columns.shape[0], {parts}):
            place = rows.place[column]
            block_rows.unpack(work.columns[column], end - row, place, rows.values, work)
        cuda.syncthreads()
        if part == 0:
            block_bars.finish_pass(raw, lanes, row, end, work, kept)
            block_states.save_stopped(after, raw, lanes, end, base, end - row, work, kept)
        base += end - row
        row = end


@kernel
def run_lanes(raw, lanes, before, work, kept, rows, after):
    first = cuda.blockIdx.x * cuda.blockDim.x
    lane = first + cuda.threadIdx.x
    group = lanes_from(lanes, first, cuda.blockDim.x)
    own = lanes_from(lanes, lane, 1)
    run(raw, group, own, before, own_space(work, lane), kept, rows, after)
"""
LABELS = (
    "block_bars.digest_bars(work, end - row, base)",
    "block_rows.unpack_labels(work, end - row, rows)",
)


def device_program(indicators: tuple[Indicator, ...]) -> Any:
    """The kernel: blocks of `PARTS` warps by as many lanes as are to share them."""
    with _loading:
        return _load(indicators)


@cache
def _load(indicators: tuple[Indicator, ...]) -> Any:
    return load_module(device_program_text(indicators)).run_lanes


def device_program_text(indicators: Sequence[Indicator]) -> str:
    """The Python source of the kernel."""
    calls = dict(zip(indicators, kernel_calls(indicators), strict=True))
    lines = []
    for level, some in enumerate(levels(indicators)):
        shares = shared_out(some)
        texts = [[calls[indicator] for indicator in share] for share in shares]
        if level == 0:
            texts[-1] += LABELS
        for part, share in enumerate(texts):
            if share:
                lines += [f"if part == {part}:", *(f"    {line}" for line in share)]
        lines.append("cuda.syncthreads()")
    body = BODY.format(levels=indented(lines, 8), parts=PARTS)
    head = HEAD.format(compiler="device_compiler", functions=FUNCTIONS)
    return head + ON_DEVICE + kernel_imports(indicators, "device") + body


def levels(indicators: Sequence[Indicator]) -> list[list[Indicator]]:
    """The indicators that read bars alone, those that read columns of these too, and so on."""
    level = dict.fromkeys(BAR_SERIES, 0)
    found: list[list[Indicator]] = []
    for indicator in indicators:
        own = max(level[name] for name in indicator.reads)
        level |= dict.fromkeys(indicator.columns, own + 1)
        found += [[] for _ in range(own + 1 - len(found))]
        found[own].append(indicator)
    return found


def shared_out(indicators: Sequence[Indicator]) -> list[list[Indicator]]:
    """Indicators in `PARTS` parts of about the same work, the heaviest given out first."""
    shares: list[list[Indicator]] = [[] for _ in range(PARTS)]
    for indicator in sorted(indicators, key=_weight, reverse=True):
        min(shares, key=lambda share: sum(map(_weight, share))).append(indicator)
    return shares


def _weight(indicator: Indicator) -> int:
    """Roughly how many numbers it reads and writes for a bar."""
    windows = [p for p in indicator.parameters if isinstance(p, int) and p <= LONGEST_LOOP]
    return len(indicator.reads) + len(indicator.columns) + sum(windows)
