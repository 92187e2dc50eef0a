"""Results written past the cache, which they would only crowd: nobody reads them again soon.

A store into the cache first fetches what stood there. One of a whole line past it does not, which
halves the traffic with the memory.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from technic_pipeline.engines.compiler import inlined

# Numbers in a cache line, or in a whole part of one.
LINE = 8


@intrinsic
def store_line(typing_context, source, target):  # noqa: ARG001 - Numba's fixed form
    """`storable` of a line's numbers at one address, to another, at which a line begins."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001 - Numba's fixed form
        line = ir.VectorType(ir.DoubleType(), LINE)
        found, to = (builder.inttoptr(address, line.as_pointer()) for address in arguments)
        zero, missing = (ir.Constant(line, [number] * LINE) for number in (0.0, float("nan")))
        numbers = builder.load(found, align=8)
        finite = builder.fcmp_ordered("==", builder.fsub(numbers, numbers), zero)
        stored = builder.select(finite, builder.fadd(numbers, zero), missing)
        hint = builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)])
        builder.store(stored, to, align=8 * LINE).set_metadata("nontemporal", hint)
        return context.get_dummy_value()

    return types.void(types.uintp, types.uintp), generate


@intrinsic
def settle(typing_context):  # noqa: ARG001 - Numba's fixed form
    """Let other threads see what was stored so, which the processor may yet hold back."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001 - Numba's fixed form
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), generate


@inlined
def storable(value):
    """NaN for what is not finite, and 0.0 for -0.0."""
    return value + 0.0 if abs(value) < np.inf else np.nan


@inlined
def stream(source, row, count, target, place, begin):
    """Copy `storable` of `source[row, :count]` to `target[place, begin:]`; all unsigned."""
    line, size = np.uint64(LINE), np.uint64(8)
    found = np.uint64(source.ctypes.data) + row * np.uint64(source.strides[0])
    to = np.uint64(target.ctypes.data) + place * np.uint64(target.strides[0]) + begin * size
    first = min(count, -(to // size) % line)
    last = count - (count - first) % line
    for lane in range(first):
        target[place, begin + lane] = storable(source[row, lane])
    for lane in range(first, last, line):
        store_line(found + lane * size, to + lane * size)  # pyright: ignore[reportCallIssue] - Numba gives the first itself
    for lane in range(last, count):
        target[place, begin + lane] = storable(source[row, lane])
