"""Day files in a directory laid out like the vendor's bucket, with optional lists beside them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from technic_pipeline import clock
from technic_pipeline.bounded import unpacked
from technic_pipeline.errors import (
    MalformedInput,
    SessionNotOffered,
    SettingsError,
    SourceNotFound,
)
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.bars import MOST_ROWS, SessionBars
from technic_pipeline.sources.day_files import (
    DAY_FILES,
    LARGEST_DAY_FILE,
    Bucket,
    DayFiles,
    Directory,
)
from technic_pipeline.sources.listings import read_descriptions, read_splits
from technic_pipeline.sources.payloads import KeptPayload
from technic_pipeline.sources.ratios import read_ratios
from technic_pipeline.sources.reference import (
    ExplainedJump,
    Ratios,
    Split,
    SymbolDescription,
    TickerChange,
)
from technic_pipeline.sources.ticker_events import read_explained_jumps, read_ticker_changes

NEW_YORK = "America/New_York"
COLUMN_TYPES = {
    # Not text, because then one garbled ticker would refuse the whole file.
    "ticker": pa.binary(),
    "volume": pa.float64(),
    "open": pa.float64(),
    "close": pa.float64(),
    "high": pa.float64(),
    "low": pa.float64(),
    "window_start": pa.int64(),
    "transactions": pa.float64(),
}


@dataclass(frozen=True)
class FlatFiles:
    """A market in day files, with lists in a directory. Unadjusted bars; no vwap in these files."""

    day_files: DayFiles
    lists: Path | None
    first: date
    last: date
    name: str = "flatfiles"
    counts_calls: bool = False

    @classmethod
    def open(cls, root: Path | None, calendar: Calendar, bucket: Bucket | None = None) -> FlatFiles:
        """The directory `root`, or a bucket beside which it may hold the lists.

        Raises:
            SettingsError: no directory is set.
            SourceNotFound: there is none, or it holds no day files.
            BucketRefused: the bucket does not answer, or not with these keys.
        """
        if root is None and bucket is None:
            raise SettingsError("TECHNIC_FLATFILES_DIR", "is not set; name the directory to read")
        if root is not None and not root.is_dir():
            raise SourceNotFound(root, "no such directory", "set TECHNIC_FLATFILES_DIR to one")
        day_files = bucket or Directory(root or Path())
        traded = set(calendar.days.tolist())
        sessions = sorted(traded.intersection(day_files.days()))
        if not sessions:
            where = root if bucket is None and root else day_files.place(calendar.first)
            raise SourceNotFound(
                where, f"no day files below {DAY_FILES}", "lay it out like the vendor's bucket"
            )
        return cls(day_files, root, sessions[0], sessions[-1])

    def seconds_for(self, calls: int) -> float:  # noqa: ARG002 - nobody counts them
        """No time: nothing is called."""
        return 0.0

    def take_calls(self) -> Counter[str]:
        """None."""
        return Counter()

    def give_up(self) -> None:
        """Nobody waits for long."""

    def offered(self) -> tuple[date, date]:
        """The sessions of the oldest and the newest file."""
        return self.first, self.last

    def bars(self, session: date) -> SessionBars:
        """Read one day file whole.

        Raises:
            SessionNotOffered: there is none.
            MalformedInput: as `day_file_bars`.
        """
        payload, place = self.day_files.read(session), self.day_files.place(session)
        if payload is None:
            raise SessionNotOffered(session, place)
        return day_file_bars(session, place, payload)

    def splits(self, since: date = date.min) -> list[Split] | None:
        """What splits.json lists from one execution date on."""
        path = self._list("splits.json")
        if path is None:
            return None
        return [split for split in read_splits(path) if split.execution_date >= since]

    def descriptions(self) -> list[SymbolDescription] | None:
        """What tickers.csv lists."""
        path = self._list("tickers.csv")
        return read_descriptions(path) if path else None

    def ticker_changes(self) -> list[TickerChange] | None:
        """What ticker_events.json lists."""
        path = self._list("ticker_events.json")
        return read_ticker_changes(path) if path else None

    def explained_jumps(self) -> list[ExplainedJump] | None:
        """What ticker_events.json says of jumps."""
        path = self._list("ticker_events.json")
        return read_explained_jumps(path) if path else None

    def ratios(self) -> list[Ratios] | None:
        """What ratios.json lists."""
        path = self._list("ratios.json")
        return read_ratios(path) if path else None

    def _list(self, name: str) -> Path | None:
        path = self.lists / name if self.lists else None
        return path if path and path.exists() else None


def day_file_bars(session: date, place: str, payload: bytes) -> SessionBars:
    """The rows of a day file; `payload_sha256` is of the file as it is.

    Bytes of a ticker that are no UTF-8 are written out, as in `\\xff`.

    Raises:
        MalformedInput: it is no day file; says where it is.
    """
    table = _parse(place, unpacked(place, payload, LARGEST_DAY_FILE))
    numbers = {
        name: table[name].to_numpy()
        for name in ("open", "high", "low", "close", "volume", "transactions")
    }
    return SessionBars(
        session=session,
        source=FlatFiles.name,
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        fetched_at=clock.now(),
        ticker=_as_text(table["ticker"]),
        day=_new_york_days(table["window_start"]),
        vwap=np.full(len(table), np.nan),
        payload=KeptPayload.day_file(payload),
        **numbers,
    )


def _parse(place: str, text: bytes) -> pa.Table:
    header = text.partition(b"\n")[0].rstrip(b"\r").split(b",")
    for name in COLUMN_TYPES:
        if header.count(name.encode()) > 1:
            raise MalformedInput(place, f"has the column '{name}' twice")
    try:
        table = _read_csv(text, use_threads=True)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise MalformedInput(place, _first_problem(text) or str(error)) from None
    if len(table) == 0:
        raise MalformedInput(place, "holds no bars, though the exchange traded that day")
    if len(table) > MOST_ROWS:
        raise MalformedInput(
            place, f"holds {len(table):,} rows, and no session has more than {MOST_ROWS:,}"
        )
    return table


def _first_problem(text: bytes) -> str | None:
    """What is wrong with a file, with its row, which only a single thread can count."""
    try:
        _read_csv(text, use_threads=False)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        return str(error)
    return None


def _read_csv(text: bytes, *, use_threads: bool) -> pa.Table:
    options = pa_csv.ConvertOptions(
        column_types=COLUMN_TYPES,
        include_columns=list(COLUMN_TYPES),
        null_values=[""],
        strings_can_be_null=False,  # NA, NAN and NULL are tickers
    )
    return pa_csv.read_csv(
        pa.BufferReader(text),
        read_options=pa_csv.ReadOptions(use_threads=use_threads),
        # A quoted ticker of garbage may hold a line break.
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=options,
    )


def _as_text(tickers: pa.ChunkedArray) -> pa.StringArray:
    try:
        return tickers.cast(pa.string()).combine_chunks()  # type: ignore[return-value]
    except pa.ArrowInvalid:
        decoded = [ticker.decode(errors="backslashreplace") for ticker in tickers.to_pylist()]
        return pa.array(decoded, pa.string())


def _new_york_days(window_start: pa.ChunkedArray) -> np.ndarray:
    """The New York date of each nanosecond time stamp, NaT where there is none."""
    moments = window_start.cast(pa.timestamp("ns", tz="UTC")).cast(pa.timestamp("ns", tz=NEW_YORK))
    return moments.cast(pa.date32()).to_numpy().astype("datetime64[D]")
