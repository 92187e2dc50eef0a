"""A bound on the whole of a call, which the timeouts of its parts do not give."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Value = TypeVar("Value")


def within(seconds: float, work: Callable[[], Value]) -> Value:
    """What `work` returns or raises, unless that takes longer.

    Work that takes longer is left to itself, in a thread that does not keep the process alive.

    Raises:
        TimeoutError: the time is up.
    """
    result: Future[Value] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed over whole
            result.set_exception(error)

    Thread(target=run, name="vendor call", daemon=True).start()
    return result.result(seconds)
