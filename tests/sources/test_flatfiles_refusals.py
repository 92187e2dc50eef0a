"""Every way in which a directory of day files can be broken is told in one line."""

from __future__ import annotations

import gzip
import os
from datetime import date
from pathlib import Path

import pytest
from mutations import assert_says
from vendor_files import HEADER, ROW, SESSION, day_file, lines

from technic_pipeline.errors import (
    InputTooLarge,
    MalformedInput,
    SessionNotOffered,
    SettingsError,
    SourceNotFound,
)
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.day_files import LARGEST_DAY_FILE
from technic_pipeline.sources.flatfiles import FlatFiles

# A thousandth of what it unpacks to.
ENDLESS = gzip.compress(bytes(LARGEST_DAY_FILE + 100_000_000), 1)
# What is wrong: the bytes on disk, and what the refusal says of them.
BROKEN = {
    "truncated in the data": (gzip.compress(lines(ROW))[:-12], "gzip"),
    "truncated in the checksum": (gzip.compress(lines(ROW))[:-3], "gzip"),
    "truncated in the header": (gzip.compress(lines(ROW))[:5], "gzip"),
    "another checksum": (gzip.compress(lines(ROW))[:-8] + bytes(8), "gzip"),
    "not compressed": (lines(ROW), "gzip"),
    "something behind it": (gzip.compress(lines(ROW)) + b"more", "gzip"),
    "one that unpacks without an end": (ENDLESS, "unpacks to 67,108,865 bytes or more"),
    "rows without an end": (gzip.compress(lines(*[",,,,,,,"] * 600_001)), "holds 600,001 rows"),
    "an empty file": (b"", "Empty CSV"),
    "nothing in it": (gzip.compress(b""), "Empty CSV"),
    "a header only": (gzip.compress(lines()), "holds no bars"),
    "no header": (gzip.compress(lines(ROW, header=ROW)), "Column 'ticker'"),
    "a column missing": (gzip.compress(lines(ROW, header=HEADER.replace("high", "hi"))), "high"),
    "a column twice": (gzip.compress(lines(ROW + ",9", header=HEADER + ",low")), "'low' twice"),
    "a ragged line": (gzip.compress(lines(ROW, "B,1,1")), "Row #3: Expected 8 columns, got 3"),
    "a longer line": (gzip.compress(lines(ROW, ROW + ",9")), "Row #3: Expected 8 columns, got 9"),
    "a quote that is never closed": (gzip.compress(lines(ROW, '"' + ROW, ROW)), "8 columns"),
    "no number": (gzip.compress(lines(ROW.replace("42.39", "n/a"))), "Row #2: .*'n/a'"),
    "no number of transactions": (gzip.compress(lines(ROW.replace(",17", ",many"))), "'many'"),
    "no time stamp": (gzip.compress(lines(ROW.replace("1426", "x"))), "'x8240"),
}


@pytest.mark.parametrize(("on_disk", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_in_one_line_that_names_it(
    tmp_path: Path, calendar: Calendar, on_disk: bytes, problem: str
) -> None:
    day_file(tmp_path).write_bytes(on_disk)
    source = FlatFiles.open(tmp_path, calendar)
    with pytest.raises(MalformedInput, match=problem) as refusal:
        source.bars(SESSION)
    assert_says(refusal.value, str(day_file(tmp_path)))


@pytest.mark.parametrize(
    ("word", "told"),
    [
        pytest.param("\x1b[2J\0", r"'\x1b[2J\x00'", id="what a terminal would obey"),
        pytest.param("9" * 5000 + "x", "9 ...;", id="more than anybody reads"),
    ],
)
def test_a_refusal_repeats_what_the_file_says_in_print_and_not_all_of_it(
    tmp_path: Path, calendar: Calendar, word: str, told: str
) -> None:
    day_file(tmp_path).write_bytes(gzip.compress(lines(ROW.replace("42.39", word))))
    with pytest.raises(MalformedInput) as refusal:
        FlatFiles.open(tmp_path, calendar).bars(SESSION)
    assert told in str(refusal.value)
    assert_says(refusal.value, str(day_file(tmp_path)))


def test_a_directory_in_the_place_of_a_file_is_refused(tmp_path: Path, calendar: Calendar) -> None:
    day_file(tmp_path).mkdir()
    with pytest.raises(MalformedInput, match=r"2015-03-20\.csv\.gz: cannot be read"):
        FlatFiles.open(tmp_path, calendar).bars(SESSION)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, calendar: Calendar
) -> None:
    os.mkfifo(day_file(tmp_path))
    with pytest.raises(MalformedInput, match="it is no ordinary file"):
        FlatFiles.open(tmp_path, calendar).bars(SESSION)


def test_a_file_larger_than_any_day_is_not_read(tmp_path: Path, calendar: Calendar) -> None:
    with day_file(tmp_path).open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(InputTooLarge, match=r"has 1,000,000,000,000 bytes, .* than 67,108,864;"):
        FlatFiles.open(tmp_path, calendar).bars(SESSION)


def test_a_session_without_a_file_is_refused_by_its_date(
    tmp_path: Path, calendar: Calendar
) -> None:
    day_file(tmp_path).touch()
    with pytest.raises(SessionNotOffered, match="2015-03-23") as refusal:
        FlatFiles.open(tmp_path, calendar).bars(date(2015, 3, 23))
    assert str(tmp_path) in str(refusal.value)


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        ((), "no such directory"),
        (("us_stocks_sip/day_aggs_v1/2015/03/",), "no day files"),
        (("2015-03-20.csv.gz",), "no day files"),
        (("us_stocks_sip/day_aggs_v1/2015/03/2015-03-21.csv.gz",), "no day files"),
        (("us_stocks_sip/day_aggs_v1/2015/03/march.csv.gz",), "'march' is not named like"),
    ],
    ids=["none", "empty", "not laid out", "a Saturday alone", "another name"],
)
def test_a_directory_without_a_market_is_refused(
    tmp_path: Path, calendar: Calendar, made: tuple[str, ...], problem: str
) -> None:
    root = tmp_path / "data"
    for name in made:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            (root / name).touch()
    with pytest.raises(SourceNotFound, match=problem) as refusal:
        FlatFiles.open(root, calendar)
    assert str(root) in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_an_unset_directory_is_named_by_its_setting(calendar: Calendar) -> None:
    with pytest.raises(SettingsError, match="TECHNIC_FLATFILES_DIR"):
        FlatFiles.open(None, calendar)
