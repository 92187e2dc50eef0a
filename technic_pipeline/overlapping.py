"""Work on a sequence in two threads, so that one waits for a server while the other computes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from technic_pipeline.store.database import arrow_connections, close_arrow_connections

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(work: Callable[[Item], Result], items: Sequence[Item]) -> Generator[Result]:
    """What `work` makes of each item, in order; the next is made while one is used.

    What it raises for an item is raised after the results before it were taken. The first is made
    without the thread, whose connections would take longer to open than one item takes.
    """
    if not items:
        return
    result = work(items[0])
    with _one_thread("ahead") as thread:
        for following in items[1:]:
            upcoming = thread.submit(work, following)
            yield result
            result = upcoming.result()
        yield result


def behind(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result]:
    """What `work` makes of each item, in order, while `items` makes the next one.

    After an item for which it raises, it is not called again.
    """
    in_flight: Future[Result] | None = None
    with _one_thread("behind") as thread:
        try:
            for item in items:
                if in_flight is not None:
                    finished, in_flight = in_flight, None
                    yield finished.result()
                in_flight = thread.submit(work, item)
        except Exception:
            # What was begun before it went wrong is still told.
            if in_flight is not None:
                yield in_flight.result()
            raise
        if in_flight is not None:
            yield in_flight.result()


@contextmanager
def _one_thread(name: str) -> Iterator[ThreadPoolExecutor]:
    """A thread that has ended, and whose connections are closed, when the block ends."""
    opened: list[dict[str, Any]] = []
    try:
        with ThreadPoolExecutor(
            1, name, initializer=lambda: opened.append(arrow_connections())
        ) as thread:
            yield thread
    finally:
        for connections in opened:
            close_arrow_connections(connections)
