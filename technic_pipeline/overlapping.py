"""Work on a sequence in some threads, so that one waits for a server while another computes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from technic_pipeline.store.database import arrow_connections, close_arrow_connections

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    give_up: Callable[[], object] = lambda: None,
) -> Generator[Result]:
    """What `work` makes of each item, in order; the next is made while one is used.

    Where the results are left early, `give_up` is to end work that nobody waits for.
    What it raises for an item is raised after the results before it were taken. The first is made
    without the thread, whose connections would take longer to open than one item takes.
    """
    if not items:
        return
    result = work(items[0])
    with _threads("ahead") as thread:
        try:
            for following in items[1:]:
                upcoming = thread.submit(work, following)
                yield result
                result = upcoming.result()
        except BaseException:
            give_up()
            raise
        yield result


def behind(work: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result]:
    """What `work` makes of each item, in order, while `items` makes the next one.

    After an item for which it raises, it is not called again.
    """
    return in_stages([Stage(work)], items)


@dataclass(frozen=True)
class Stage:
    """Work that is done on so many items at once."""

    work: Callable[[Any], Any]
    at_once: int = 1


def in_stages(stages: Sequence[Stage], items: Iterable[Any]) -> Generator[Any]:
    """As `behind`, of what the stages make of each item, one after the other.

    Each stage has threads of its own, and takes an item on as soon as the one before is done with
    it. As many items are under way as there are threads.
    """
    with ExitStack() as opened:
        lines = [
            _Line(stage.work, opened.enter_context(_threads("behind", stage.at_once)))
            for stage in stages
        ]
        yield from _under_way(partial(_send_through, lines), items, sum(s.at_once for s in stages))


def in_turn(
    work: Callable[[Item, Callable[[], object]], Result], items: Iterable[Item]
) -> Generator[Result]:
    """As `behind`, but two items are worked on at once.

    `work` is also given what waits until the item before is done, and raises what that raised.
    """
    before: Future[Any] = Future()
    before.set_result(None)
    with _threads("behind", 2) as pool:

        def send(item: Item) -> Callable[[], Result]:
            nonlocal before
            before = pool.submit(work, item, before.result)
            return before.result

        yield from _under_way(send, items, 2)


def _under_way(
    send: Callable[[Item], Callable[[], Result]], items: Iterable[Item], at_once: int
) -> Generator[Result]:
    """The results of what is sent off, in order, so many at once."""
    waiting: deque[Callable[[], Result]] = deque()
    try:
        for item in items:
            if len(waiting) == at_once:
                yield waiting.popleft()()
            waiting.append(send(item))
    except Exception:
        # What was begun before it went wrong is still told.
        while waiting:
            yield waiting.popleft()()
        raise
    while waiting:
        yield waiting.popleft()()


@dataclass
class _Line:
    """A stage's work and its threads; the work is not begun again once it raised."""

    work: Callable[[Any], Any]
    threads: ThreadPoolExecutor
    failure: Exception | None = None

    def take(self, made: Callable[[], Any]) -> Any:
        if self.failure is not None:
            raise self.failure
        try:
            return self.work(made())
        except Exception as failure:
            self.failure = failure
            raise


def _send_through(lines: Sequence[_Line], item: Any) -> Callable[[], Any]:
    """Have each stage take in what the one before makes; how to wait for the last one's result."""
    made: Callable[[], Any] = partial(_itself, item)
    for line in lines:
        made = line.threads.submit(line.take, made).result
    return made


def _itself(item: Item) -> Item:
    return item


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
