"""Peak memory of a piece of work, taken in a fresh process that does nothing else."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
KERNEL_FACTS = Path("/proc/self/status")


def in_fresh_process(work: Callable[..., Result], *arguments: Any) -> tuple[Result, int]:
    """What `work` returns there, and the process's peak of resident bytes until then.

    `work` is a module's function; arguments and result are pickled.

    Raises:
        RuntimeError: the process ended without a result.
    """
    # Not forked: a copy of this process would begin with its memory.
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work_and_tell, args=(sending, work, arguments))
    process.start()
    sending.close()
    try:
        result, peak = receiving.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"the measured process ended with {process.exitcode}") from None
    process.join()
    return result, peak


def _work_and_tell(sending: Connection, work: Callable[..., Any], arguments: Any) -> None:
    result = work(*arguments)
    sending.send((result, peak_bytes()))


def peak_bytes() -> int:
    """The most resident memory that this process ever had.

    Linux's getrusage counts from before exec, so that a child of a large process begins with its
    parent's peak; the kernel's own high-water mark begins with the program.
    """
    if KERNEL_FACTS.exists():
        lines = KERNEL_FACTS.read_text(encoding="utf-8").splitlines()
        (mark,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        return int(mark) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
