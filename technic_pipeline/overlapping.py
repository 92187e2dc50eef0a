"""Work on a sequence in some threads, so that one waits for a server while another computes."""

from __future__ import annotations

from collections import deque
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
    with _threads("ahead") as thread:
        for following in items[1:]:
            upcoming = thread.submit(work, following)
            yield result
            result = upcoming.result()
        yield result


def behind(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result]:
    """What `work` makes of each item, in order, while `items` makes the next one.

    After an item for which it raises, it is not called again.
    """
    return _in_flight(lambda item, _: work(item), items, threads=1)


def in_turn(
    work: Callable[[Item, Callable[[], object]], Result], items: Iterable[Item]
) -> Generator[Result]:
    """As `behind`, but two items are worked on at once.

    `work` is also given what waits until the item before is done, and raises what that raised.
    """
    return _in_flight(work, items, threads=2)


def _in_flight(
    work: Callable[[Item, Callable[[], object]], Result], items: Iterable[Item], threads: int
) -> Generator[Result]:
    in_flight: deque[Future[Result]] = deque()
    before: Future[Any] = Future()
    before.set_result(None)
    with _threads("behind", threads) as pool:
        try:
            for item in items:
                if len(in_flight) == threads:
                    yield in_flight.popleft().result()
                before = pool.submit(work, item, before.result)
                in_flight.append(before)
        except Exception:
            # What was begun before it went wrong is still told.
            while in_flight:
                yield in_flight.popleft().result()
            raise
        while in_flight:
            yield in_flight.popleft().result()


@contextmanager
def _threads(name: str, count: int = 1) -> Iterator[ThreadPoolExecutor]:
    """Threads that have ended, and whose connections are closed, when the block ends."""
    opened: list[dict[str, Any]] = []
    try:
        with ThreadPoolExecutor(
            count, name, initializer=lambda: opened.append(arrow_connections())
        ) as threads:
            yield threads
    finally:
        for connections in opened:
            close_arrow_connections(connections)
