"""Day files as the vendor lays them out."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_files import MIDNIGHT, ROW, SESSION, day_file, lines

from technic_pipeline.sessions import Calendar, load_calendar
from technic_pipeline.sources.bars import SessionBars
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.store.validation import judge

Read = Callable[..., SessionBars]


@pytest.fixture
def read(tmp_path: Path, calendar: Calendar) -> Read:
    """Writes a day file and reads it."""

    def written(text: bytes, session: date = SESSION) -> SessionBars:
        day_file(tmp_path, session).write_bytes(gzip.compress(text))
        return FlatFiles.open(tmp_path, calendar).bars(session)

    return written


def test_the_vendors_layout_is_read_as_it_is(read: Read) -> None:
    bars = read(lines(ROW, f"BRK.B,3.5,144,143.5,145,143,{MIDNIGHT},"))
    assert bars.session == SESSION
    assert bars.source == "flatfiles"
    assert bars.ticker.to_pylist() == ["A", "BRK.B"]
    assert bars.day.tolist() == [SESSION, SESSION]
    assert bars.open.tolist() == [42.39, 144.0]
    assert bars.high.tolist() == [42.53, 145.0]
    assert bars.low.tolist() == [42.2, 143.0]
    assert bars.close.tolist() == [42.21, 143.5]
    assert bars.volume.tolist() == [2216600.0, 3.5]
    np.testing.assert_array_equal(bars.transactions, [17.0, np.nan])
    assert np.isnan(bars.vwap).all()


def test_columns_may_come_in_any_order_and_with_others_between(read: Read) -> None:
    other = "otc,low,ticker,transactions,open,high,close,note,window_start,volume"
    row = f"true,42.2,A,17,42.39,42.53,42.21,x,{MIDNIGHT},2216600"
    assert read(lines(row, header=other)).content_sha256() == read(lines(ROW)).content_sha256()


def test_words_that_readers_take_for_missing_values_are_tickers(read: Read) -> None:
    words = ["NA", "NAN", "nan", "TRUE", "NULL", "None", "N/A", "KIMpL", "BRK.B", "1E5", "007"]
    bars = read(lines(*(f"{word},1,1,1,1,1,{MIDNIGHT},1" for word in words)))
    assert bars.ticker.to_pylist() == words


@pytest.mark.parametrize(
    ("text", "volume"), [("1.437085e+06", 1437085.0), ("0.25", 0.25), ("0", 0.0), ("12E3", 12e3)]
)
def test_volume_comes_in_any_notation(read: Read, text: str, volume: float) -> None:
    assert read(lines(f"A,{text},1,1,1,1,{MIDNIGHT},1")).volume.tolist() == [volume]


@pytest.mark.parametrize(
    ("moment", "day", "why"),
    [
        ("2015-03-20T04:00:00", "2015-03-20", "midnight in summer time"),
        ("2015-03-20T03:59:59", "2015-03-19", "a second before it"),
        ("2015-03-21T03:59:59", "2015-03-20", "the last second of that day, tomorrow in UTC"),
        ("2015-01-05T05:00:00", "2015-01-05", "midnight in winter time"),
        ("2015-01-05T04:59:59", "2015-01-04", "a second before it"),
        ("2015-03-06T05:00:00", "2015-03-06", "the last session before the clocks change"),
        ("2015-03-09T04:00:00", "2015-03-09", "the first one after"),
        ("2015-11-02T05:00:00", "2015-11-02", "the first one after they change back"),
    ],
)
def test_a_rows_day_is_the_new_york_date_of_its_time_stamp(
    read: Read, moment: str, day: str, why: str
) -> None:
    stamp = np.datetime64(moment, "ns").astype(int)
    assert str(read(lines(f"A,1,1,1,1,1,{stamp},1")).day[0]) == day, why


def test_a_row_without_a_time_stamp_is_of_no_day(read: Read) -> None:
    bars = read(lines("A,1,1,1,1,1,,1", ROW))
    assert np.isnat(bars.day).tolist() == [True, False]
    assert judge(bars).reason[0] == "wrong_session"


@pytest.mark.parametrize(
    ("ticker", "read_as"),
    [
        (b"\xff\xfeAB", "\\xff\\xfeAB"),
        (b"A\xc3", "A\\xc3"),
        (b"A\x00B", "A\x00B"),
        (b"\x01\x7f", "\x01\x7f"),
        (b'"A\nB"', "A\nB"),
        ("\u00c4".encode(), "\u00c4"),
        (b"", ""),
    ],
)
def test_a_garbled_ticker_costs_its_own_row_only(read: Read, ticker: bytes, read_as: str) -> None:
    garbled = ticker + f",1,1,1,1,1,{MIDNIGHT},1\n".encode()
    bars = read(lines(ROW) + garbled + lines(f"Z,1,1,1,1,1,{MIDNIGHT},1").split(b"\n", 1)[1])
    assert bars.ticker.to_pylist() == ["A", read_as, "Z"]
    assert judge(bars).reason.tolist() == ["", "malformed_ticker", ""]


def test_the_sessions_of_the_oldest_and_the_newest_file_are_offered(
    tmp_path: Path, calendar: Calendar
) -> None:
    for day in (date(2015, 12, 31), date(2015, 3, 20), date(2016, 1, 4), date(2016, 1, 9)):
        day_file(tmp_path, day).touch()
    assert FlatFiles.open(tmp_path, calendar).offered() == (SESSION, date(2016, 1, 4))


def test_a_file_of_any_length_is_read_whole(read: Read) -> None:
    """Readers take a file in blocks, and a block may end between the quotes."""
    garbled = '"' + "\n" * 60 + f'",1,1,1,1,1,{MIDNIGHT},1'
    bars = read(lines(*[ROW, garbled] * 9000))
    assert bars.ticker.to_pylist() == ["A", "\n" * 60] * 9000
    assert (bars.day == np.datetime64(SESSION)).all()


def test_lists_that_are_not_there_are_told_from_empty_ones(
    tmp_path: Path, calendar: Calendar
) -> None:
    day_file(tmp_path).touch()
    source = FlatFiles.open(tmp_path, calendar)
    assert (source.splits(), source.descriptions(), source.ticker_changes()) == (None, None, None)
    (tmp_path / "splits.json").write_text('{"results": []}')
    (tmp_path / "tickers.csv").write_text("ticker\n")
    (tmp_path / "ticker_events.json").write_text('{"results": []}')
    assert (source.splits(), source.descriptions(), source.ticker_changes()) == ([], [], [])


def test_the_payloads_hash_is_of_the_bytes_on_disk(tmp_path: Path, calendar: Calendar) -> None:
    day_file(tmp_path).write_bytes(gzip.compress(lines(ROW), mtime=1))
    source = FlatFiles.open(tmp_path, calendar)
    one = source.bars(SESSION)
    assert one.payload_sha256 == hashlib.sha256(day_file(tmp_path).read_bytes()).hexdigest()
    day_file(tmp_path).write_bytes(gzip.compress(lines(ROW), mtime=2))
    other = source.bars(SESSION)
    assert other.payload_sha256 != one.payload_sha256
    assert other.content_sha256() == one.content_sha256()


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], str]:
    """The content's hash of a file of some rows."""
    root = tmp_path_factory.mktemp("flatfiles")

    def content(rows: list[str]) -> str:
        day_file(root).write_bytes(gzip.compress(lines(*rows)))
        return FlatFiles.open(root, load_calendar("XNYS")).bars(SESSION).content_sha256()

    return content


SMALL = [f"{ticker},1,1,1,1,1,{MIDNIGHT},1" for ticker in "BBCd"]


@settings(deadline=None)
@given(st.permutations([ROW, *SMALL]))
def test_the_contents_hash_does_not_depend_on_the_order_of_rows(
    shuffled: Callable[[list[str]], str], rows: list[str]
) -> None:
    assert shuffled(rows) == shuffled([ROW, *SMALL])


@pytest.mark.parametrize(
    "changed",
    [
        ROW.replace("A,", "a,"),
        ROW.replace("2216600", "2216601"),
        ROW.replace("42.39", "42.38"),
        ROW.replace(",17", ","),
        ROW.replace(str(MIDNIGHT), str(MIDNIGHT - 1)),
        ROW + "\n" + ROW,
    ],
)
def test_the_contents_hash_depends_on_every_field(
    shuffled: Callable[[list[str]], str], changed: str
) -> None:
    assert shuffled([changed]) != shuffled([ROW])


def test_real_day_files_lose_no_more_rows_than_their_zero_prices(
    real_data: Path, calendar: Calendar
) -> None:
    bars = FlatFiles.open(real_data, calendar).bars(SESSION)
    assert len(bars) > 5000
    assert set(judge(bars).reason) <= {"", "price_not_positive"}
