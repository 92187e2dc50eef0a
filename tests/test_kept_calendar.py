"""A calendar is worked out once a month: what is kept is the same, and only ever costs time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from technic_pipeline import sessions
from technic_pipeline.sessions import Calendar, load_calendar


@pytest.fixture(autouse=True)
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own."""
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path))
    load_calendar.cache_clear()
    yield tmp_path / "calendars"
    load_calendar.cache_clear()


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[Calendar, int]]:
    """Loads it as a new process would: the calendar, and how often it was worked out."""
    work_out = sessions._work_out
    times: list[str] = []
    monkeypatch.setattr(sessions, "_work_out", lambda name: (times.append(name), work_out(name))[1])

    def load() -> tuple[Calendar, int]:
        load_calendar.cache_clear()
        return load_calendar("XNYS"), len(times)

    return load


def assert_same(one: Calendar, other: Calendar) -> None:
    assert (one.name, one.timezone) == (other.name, other.timezone)
    assert np.array_equal(one.days, other.days)
    assert np.array_equal(one.closes, other.closes)
    assert (one.days.dtype, one.closes.dtype) == (other.days.dtype, other.closes.dtype)


def test_the_second_process_reads_what_the_first_worked_out(
    again: Callable[[], tuple[Calendar, int]],
) -> None:
    first, worked_out = again()
    second, in_all = again()
    assert (worked_out, in_all) == (1, 1)
    assert_same(first, second)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut short"),
        pytest.param(lambda _: b"not a calendar at all", id="something else"),
        pytest.param(
            lambda whole: whole[: len(whole) // 2] + b"\xff" + whole[len(whole) // 2 + 1 :],
            id="one byte changed",
        ),
        pytest.param(
            # Of which NumPy says neither OSError nor ValueError.
            lambda whole: whole.replace(b",), }", b",), {"),
            id="one byte changed in an array's head",
        ),
        pytest.param(lambda whole: whole + bytes(2_000_000), id="grown beyond all measure"),
    ],
)
def test_a_damaged_file_is_worked_out_anew(
    damage: Callable[[bytes], bytes], again: Callable[[], tuple[Calendar, int]], kept_in: Path
) -> None:
    whole, _ = again()
    (file,) = kept_in.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    repaired, _ = again()
    assert_same(repaired, whole)
    final, worked_out = again()
    assert_same(final, whole)
    assert worked_out <= 2


def test_where_nothing_can_be_kept_it_is_worked_out_each_time(
    again: Callable[[], tuple[Calendar, int]], kept_in: Path
) -> None:
    kept_in.write_text("a file where the folder should be")
    again()
    _, worked_out = again()
    assert worked_out == 2
