"""Day files in a directory laid out like the vendor's bucket, with optional lists beside them."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from technic_pipeline.errors import (
    MalformedInput,
    SessionNotOffered,
    SettingsError,
    SourceNotFound,
)
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.bars import SessionBars
from technic_pipeline.sources.listings import read_descriptions, read_splits
from technic_pipeline.sources.ratios import read_ratios
from technic_pipeline.sources.reference import (
    ExplainedJump,
    Ratios,
    Split,
    SymbolDescription,
    TickerChange,
)
from technic_pipeline.sources.ticker_events import read_explained_jumps, read_ticker_changes

DAY_FILES = Path("us_stocks_sip/day_aggs_v1")
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
    """A market on disk. Unadjusted bars; the vendor's day files carry no vwap."""

    root: Path
    first: date
    last: date
    name: str = "flatfiles"

    @classmethod
    def open(cls, root: Path | None, calendar: Calendar) -> FlatFiles:
        """The directory `root`.

        Raises:
            SettingsError: no directory is set.
            SourceNotFound: there is none, or it holds no day files.
        """
        if root is None:
            raise SettingsError("TECHNIC_FLATFILES_DIR", "is not set; name the directory to read")
        if not root.is_dir():
            raise SourceNotFound(root, "no such directory", "set TECHNIC_FLATFILES_DIR to one")
        traded = set(calendar.days.tolist())
        sessions = sorted(traded.intersection(_days_on_disk(root)))
        if not sessions:
            raise SourceNotFound(
                root, f"no day files below {DAY_FILES}", "lay it out like the vendor's bucket"
            )
        return cls(root, sessions[0], sessions[-1])

    def offered(self) -> tuple[date, date]:
        """The sessions of the oldest and the newest file."""
        return self.first, self.last

    def bars(self, session: date) -> SessionBars:
        """Read one day file whole; `payload_sha256` is of the file as it is on disk.

        Bytes of a ticker that are no UTF-8 are written out, as in `\\xff`.
        """
        path = self.root / DAY_FILES / f"{session:%Y/%m/%Y-%m-%d}.csv.gz"
        try:
            payload = path.read_bytes()
        except FileNotFoundError:
            raise SessionNotOffered(session, str(self.root)) from None
        except OSError as error:
            raise MalformedInput(path, f"cannot be read ({error.strerror})") from None
        table = _parse(path, _decompress(path, payload))
        numbers = {
            name: table[name].to_numpy()
            for name in ("open", "high", "low", "close", "volume", "transactions")
        }
        return SessionBars(
            session=session,
            source=self.name,
            payload_sha256=hashlib.sha256(payload).hexdigest(),
            fetched_at=datetime.now(UTC),
            ticker=_as_text(table["ticker"]),
            day=_new_york_days(table["window_start"]),
            vwap=np.full(len(table), np.nan),
            **numbers,
        )

    def splits(self) -> list[Split] | None:
        """What splits.json lists."""
        path = self.root / "splits.json"
        return read_splits(path) if path.exists() else None

    def descriptions(self) -> list[SymbolDescription] | None:
        """What tickers.csv lists."""
        path = self.root / "tickers.csv"
        return read_descriptions(path) if path.exists() else None

    def ticker_changes(self) -> list[TickerChange] | None:
        """What ticker_events.json lists."""
        path = self.root / "ticker_events.json"
        return read_ticker_changes(path) if path.exists() else None

    def explained_jumps(self) -> list[ExplainedJump] | None:
        """What ticker_events.json says of jumps."""
        path = self.root / "ticker_events.json"
        return read_explained_jumps(path) if path.exists() else None

    def ratios(self) -> list[Ratios] | None:
        """What ratios.json lists."""
        path = self.root / "ratios.json"
        return read_ratios(path) if path.exists() else None


def _days_on_disk(root: Path) -> list[date]:
    names = [path.name.removesuffix(".csv.gz") for path in (root / DAY_FILES).glob("*/*/*")]
    return [_day_of_name(name, root) for name in names]


def _day_of_name(text: str, root: Path) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SourceNotFound(
            root, f"'{text}' is not named like a day file", "remove or rename it"
        ) from None


def _decompress(path: Path, payload: bytes) -> bytes:
    try:
        return gzip.decompress(payload)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise MalformedInput(path, f"not a whole gzip file ({error})") from None


def _parse(path: Path, text: bytes) -> pa.Table:
    options = pa_csv.ConvertOptions(
        column_types=COLUMN_TYPES,
        include_columns=list(COLUMN_TYPES),
        null_values=[""],
        strings_can_be_null=False,  # NA, NAN and NULL are tickers
    )
    # A quoted ticker of garbage may hold a line break.
    parsing = pa_csv.ParseOptions(newlines_in_values=True)
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text), parse_options=parsing, convert_options=options
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise MalformedInput(path, str(error).splitlines()[0]) from None
    if len(table) == 0:
        raise MalformedInput(path, "holds no bars, though the exchange traded that day")
    return table


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
