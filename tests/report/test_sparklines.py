"""A line shows every close of the last sessions, on one scale, and a gap where there was none."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from asking import asked, told
from hypothesis import given
from hypothesis import strategies as st
from small_market import GAPS, SPLIT_AT, closes

from technic_pipeline.report.sparklines import (
    LETTERS,
    NO_CLOSE,
    SESSIONS,
    letters,
    read_sparklines,
    shown_sessions,
)
from technic_pipeline.sessions import Calendar

NAN = np.nan
AT_SPLIT = "update splits set execution_date = %s"


@pytest.mark.parametrize(
    ("row", "line"),
    [
        pytest.param([1.0, 2.0], "A-", id="from the lowest to the highest"),
        pytest.param([2.0, 1.0, 2.0], "-A-", id="down and up again"),
        pytest.param([0.0, 63.0, 31.0], "A-f", id="a letter a step"),
        pytest.param([5.0, 5.0], "gg", id="what never moved stands in the middle"),
        pytest.param([NAN, 5.0], ".g", id="so does a lone close"),
        pytest.param([1.0, NAN, 2.0], "A.-", id="a gap stays a gap and is no low"),
        pytest.param([NAN, NAN], "..", id="no close at all"),
        pytest.param([1e-9, 2e-9], "A-", id="however small"),
        pytest.param([1.0, 1e9], "A-", id="however far apart"),
    ],
)
def test_a_line_is_written_in_letters(row: list[float], line: str) -> None:
    assert LETTERS[-1] == "-"
    assert letters(np.array([row])) == (line,)


def test_every_row_has_its_own_scale() -> None:
    assert letters(np.array([[1.0, 2.0], [100.0, 0.0]])) == ("A-", "-A")


def test_without_rows_there_are_no_lines() -> None:
    assert letters(np.empty((0, SESSIONS))) == ()


@given(st.lists(st.floats(1e-4, 1e6), min_size=2, max_size=20))
def test_a_higher_close_never_has_a_lower_letter(row: list[float]) -> None:
    [line] = letters(np.array([row]))
    places = [LETTERS.index(letter) for letter in line]
    by_close = [place for _, place in sorted(zip(row, places, strict=True))]
    assert by_close == sorted(by_close)


def line_of(url: str, ticker: str, sessions: list[date]) -> str:
    """As it is among those of all symbols."""
    symbols = asked(url, "select symbol_id, ticker from symbols order by symbol_id")
    symbol_id = np.array([row["symbol_id"] for row in symbols], dtype=np.int32)
    lines = read_sparklines(url, symbol_id, sessions)
    return lines[[row["ticker"] for row in symbols].index(ticker)]


def drawn(values: list[float]) -> str:
    return letters(np.array([values]))[0]


def test_a_line_follows_the_stored_closes(url: str, days: list[date]) -> None:
    assert line_of(url, "T3", days) == drawn([closes(age, 15)["T3"] for age in range(16)])


def test_a_session_without_a_bar_is_a_gap(url: str, days: list[date]) -> None:
    line = line_of(url, "GAPS", days)
    assert [at for at, letter in enumerate(line) if letter == NO_CLOSE] == list(GAPS)


def test_a_split_is_no_fall(url: str, days: list[date]) -> None:
    adjusted = [(20.0 + age / 10) / 2 for age in range(SPLIT_AT)]
    adjusted += [10.0 + age / 10 for age in range(SPLIT_AT, 16)]
    assert line_of(url, "HALF", days) == drawn(adjusted)


def test_a_split_between_two_sessions_takes_effect_at_the_second(
    url: str, days: list[date]
) -> None:
    line = line_of(url, "HALF", days)
    monday = next(at for at in range(1, 16) if days[at] - days[at - 1] > timedelta(days=1))
    told(url, AT_SPLIT, days[monday] - timedelta(days=1))
    moved = line_of(url, "HALF", days)
    told(url, AT_SPLIT, days[monday])
    assert moved == line_of(url, "HALF", days) != line


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("delete from splits", id="unknown"),
        pytest.param("update splits set known_to = now()", id="withdrawn"),
        pytest.param("update splits set execution_date = '2016-03-23'", id="after the session"),
        pytest.param("update splits set execution_date = '2016-03-01'", id="before every bar"),
    ],
)
def test_a_split_that_is_not_in_force_between_them_changes_nothing(
    url: str, days: list[date], change: str
) -> None:
    told(url, change)
    assert line_of(url, "HALF", days) == drawn([closes(age, 15)["HALF"] for age in range(16)])


def test_a_split_of_a_symbol_that_is_not_shown_touches_nobody(url: str, days: list[date]) -> None:
    shown = asked(url, "select symbol_id from symbols where ticker = 'T3'")
    symbol_id = np.array([row["symbol_id"] for row in shown], dtype=np.int32)
    for other in asked(url, "select symbol_id from symbols where ticker <> 'T3'"):
        told(url, "update splits set symbol_id = %s", other["symbol_id"])
        lines = read_sparklines(url, symbol_id, days)
        assert lines == (drawn([closes(age, 15)["T3"] for age in range(16)]),)


def test_the_sessions_shown_end_with_the_report_s(calendar: Calendar, days: list[date]) -> None:
    sessions = shown_sessions(calendar, days[-1])
    assert len(sessions) == SESSIONS
    assert sessions[-16:] == tuple(days)


def test_at_the_beginning_of_the_calendar_there_are_fewer(calendar: Calendar) -> None:
    assert shown_sessions(calendar, calendar.first) == (calendar.first,)
