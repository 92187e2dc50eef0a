"""Several threads give what one would have given, and go wrong where one would have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing

import pytest

from technic_pipeline.overlapping import Stage, ahead, behind, in_stages, in_turn

Overlap = Callable[[Callable[[int], int], Sequence[int]], Generator[int]]


class WentWrong(Exception):
    """Raised by the work on an item."""


def tenfold(item: int) -> int:
    return 10 * item


def fails_at(bad: int, begun: list[int] | None = None) -> Callable[[int], int]:
    def work(item: int) -> int:
        if begun is not None:
            begun.append(item)
        if item == bad:
            raise WentWrong(item)
        return item

    return work


def in_two_stages(work: Callable[[int], int], items: Iterable[int]) -> Generator[int]:
    return in_stages([Stage(work), Stage(lambda made: made)], items)


def until_it_went_wrong(results: Iterable[int]) -> list[int]:
    taken: list[int] = []
    with pytest.raises(WentWrong):
        taken += results
    return taken


@pytest.mark.parametrize("overlap", [ahead, behind, in_two_stages])
@pytest.mark.parametrize("size", [0, 1, 2, 5])
def test_results_come_in_the_order_of_the_items(overlap: Overlap, size: int) -> None:
    assert list(overlap(tenfold, range(size))) == [10 * at for at in range(size)]


@pytest.mark.parametrize("overlap", [ahead, behind, in_two_stages])
@pytest.mark.parametrize("bad", [0, 1, 3])
def test_what_was_done_before_something_went_wrong_is_told_first(
    overlap: Overlap, bad: int
) -> None:
    assert until_it_went_wrong(overlap(fails_at(bad), range(4))) == list(range(bad))


@pytest.mark.parametrize("overlap", [ahead, behind, in_two_stages])
def test_nothing_is_begun_after_something_went_wrong(overlap: Overlap) -> None:
    begun: list[int] = []
    until_it_went_wrong(overlap(fails_at(1, begun), range(5)))
    assert begun == [0, 1]


def test_work_behind_is_finished_and_told_when_the_items_end_in_an_error() -> None:
    items = map(fails_at(2), range(4))
    assert until_it_went_wrong(behind(tenfold, items)) == [0, 10]


def test_no_more_than_one_is_made_ahead_of_the_one_that_is_used() -> None:
    begun: list[int] = []
    with closing(ahead(fails_at(-1, begun), range(9))) as results:
        assert next(results) == 0
        assert next(results) == 1
    assert begun == [0, 1, 2]


@pytest.mark.parametrize("overlap", [ahead, behind, in_two_stages])
def test_whoever_stops_early_leaves_no_thread_behind(overlap: Overlap) -> None:
    before = threading.active_count()
    with closing(overlap(tenfold, range(9))) as results:
        next(results)
    assert threading.active_count() == before


def test_the_next_is_made_while_one_is_used() -> None:
    begun = threading.Event()

    def work(item: int) -> int:
        if item == 1:
            begun.set()
        return item

    for result in ahead(work, range(2)):
        assert result == 1 or begun.wait(10)


def test_the_next_item_is_made_while_work_is_done_on_one() -> None:
    made = threading.Event()

    def items() -> Iterator[int]:
        yield 0
        made.set()
        yield 1

    assert list(behind(lambda item: item if made.wait(10) else -1, items())) == [0, 1]


def test_two_items_are_worked_on_at_once_and_done_in_their_order() -> None:
    second_begun = threading.Event()
    done: list[int] = []

    def work(item: int, turn: Callable[[], object]) -> int:
        if item == 1:
            second_begun.set()
        assert second_begun.wait(10)
        turn()
        done.append(item)
        return item

    assert list(in_turn(work, range(4))) == done == [0, 1, 2, 3]


def test_whoever_waits_for_its_turn_never_has_one_when_the_item_before_went_wrong() -> None:
    done: list[int] = []

    def work(item: int, turn: Callable[[], object]) -> int:
        turn()
        if item == 1:
            raise WentWrong(item)
        done.append(item)
        return item

    assert until_it_went_wrong(in_turn(work, range(5))) == done == [0]


def test_an_item_goes_on_to_the_next_stage_before_another_is_made() -> None:
    went_on = threading.Event()

    def items() -> Iterator[int]:
        yield 0
        yield 1 if went_on.wait(10) else -1

    stages = [Stage(tenfold), Stage(lambda made: went_on.set() or made)]
    assert list(in_stages(stages, items())) == [0, 10]


def test_stages_work_at_once_each_on_an_item_of_its_own() -> None:
    both = threading.Barrier(2, timeout=10)

    def meet(item: int) -> int:
        both.wait()
        return item

    stages = [
        Stage(lambda item: meet(item) if item == 1 else item),
        Stage(lambda made: meet(made) if made == 0 else made),
    ]
    assert list(in_stages(stages, range(2))) == [0, 1]


def test_a_stage_works_on_as_many_items_at_once_as_it_says_and_keeps_their_order() -> None:
    both = threading.Barrier(2, timeout=10)

    def meet(item: int) -> int:
        both.wait()
        return item

    assert list(in_stages([Stage(meet, at_once=2), Stage(tenfold)], range(4))) == [0, 10, 20, 30]


@pytest.mark.parametrize("bad_stage", [0, 1, 2])
def test_a_stage_that_went_wrong_is_not_called_again_and_those_after_it_finish(
    bad_stage: int,
) -> None:
    begun: list[list[int]] = [[], [], []]
    stages = [Stage(fails_at(2 if at == bad_stage else -1, begun[at])) for at in range(3)]
    assert until_it_went_wrong(in_stages(stages, range(9))) == [0, 1]
    assert begun[bad_stage] == [0, 1, 2]
    assert all(items == [0, 1] for items in begun[bad_stage + 1 :])
