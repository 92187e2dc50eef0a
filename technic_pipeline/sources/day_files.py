"""Where day files lie: in a directory, or in the vendor's bucket."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from technic_pipeline.bounded import read_file
from technic_pipeline.errors import BucketRefused, InputTooLarge, SettingsError, SourceNotFound
from technic_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyarrow import fs

DAY_FILES = PurePosixPath("us_stocks_sip/day_aggs_v1")
BUCKET = "flatfiles"
SUFFIX = ".csv.gz"
# Packed or unpacked: the market of the United States has 12,000 rows of 80 bytes a day, the world's
# 200,000, and four times that is no day's any more.
LARGEST_DAY_FILE = 64 * 1024 * 1024


class DayFiles(Protocol):
    """Files named by day."""

    def days(self) -> list[date]:
        """The days for which there is a file, in no order.

        Raises:
            SourceNotFound: there is a file that is not named like one of a day.
        """
        ...

    def place(self, day: date) -> str:
        """Where a day's file is, or would be."""
        ...

    def read(self, day: date) -> bytes | None:
        """A day's file as it is there; None where there is none.

        Raises:
            InputTooLarge: it is larger than any day's.
        """
        ...


@dataclass(frozen=True)
class Directory:
    """A directory laid out like the vendor's bucket."""

    root: Path

    def days(self) -> list[date]:
        """As every `DayFiles`."""
        names = (self.root / DAY_FILES).glob("*/*/*")
        return _days((path.name for path in names), str(self.root))

    def place(self, day: date) -> str:
        """As every `DayFiles`."""
        return str(self.root / _name(day))

    def read(self, day: date) -> bytes | None:
        """As every `DayFiles`.

        Raises:
            MalformedInput: the file is there and cannot be read.
        """
        try:
            return read_file(self.root / _name(day), LARGEST_DAY_FILE)
        except FileNotFoundError:
            return None


@dataclass(frozen=True)
class Bucket:
    """The vendor's bucket, or a copy of it at another S3-compatible endpoint."""

    endpoint: str
    files: fs.FileSystem

    @classmethod
    def open(cls, settings: Settings) -> Bucket:
        """The bucket at the endpoint and with the keys of the settings; nothing is asked yet.

        Raises:
            SettingsError: a key is missing.
        """
        if settings.s3_key is None or settings.s3_secret is None:
            missing = "TECHNIC_S3_KEY" if settings.s3_key is None else "TECHNIC_S3_SECRET"
            raise SettingsError(
                missing,
                "is not set, and TECHNIC_S3_ENDPOINT is; copy both keys from "
                "https://massive.com/dashboard/keys, or unset the endpoint",
            )
        # Imported here: it starts threads, and most sources are no bucket.
        from pyarrow import fs  # noqa: PLC0415

        endpoint = settings.s3_endpoint or ""
        scheme, _, host = endpoint.rpartition("://")
        opened = fs.S3FileSystem(
            access_key=settings.s3_key.get_secret_value(),
            secret_key=settings.s3_secret.get_secret_value(),
            endpoint_override=host.rstrip("/"),
            scheme=scheme or "https",
            region="us-east-1",
            connect_timeout=10,
            request_timeout=60,
        )
        return cls(endpoint, opened)

    def days(self) -> list[date]:
        """As every `DayFiles`.

        Raises:
            BucketRefused: the bucket cannot be listed.
        """
        from pyarrow import fs  # noqa: PLC0415

        where = fs.FileSelector(f"{BUCKET}/{DAY_FILES}", allow_not_found=True, recursive=True)
        with self._refusals():
            found = self.files.get_file_info(where)
        names = (entry.base_name for entry in found if entry.type == fs.FileType.File)
        return _days(names, self.endpoint)

    def place(self, day: date) -> str:
        """As every `DayFiles`."""
        return f"{self.endpoint}/{BUCKET}/{_name(day)}"

    def read(self, day: date) -> bytes | None:
        """As every `DayFiles`.

        Raises:
            BucketRefused: the file cannot be fetched whole.
        """
        name = f"{BUCKET}/{_name(day)}"
        try:
            with self._refusals(), self.files.open_input_file(name) as file:
                size = file.size()
                if size > LARGEST_DAY_FILE:
                    raise InputTooLarge(self.place(day), size, LARGEST_DAY_FILE)
                return file.read()
        except FileNotFoundError:
            return None

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise BucketRefused(self.endpoint, str(error)) from None


def _name(day: date) -> PurePosixPath:
    return DAY_FILES / f"{day:%Y/%m/%Y-%m-%d}{SUFFIX}"


def _days(names: Iterable[str], where: str) -> list[date]:
    return [_day_of_name(name.removesuffix(SUFFIX), where) for name in names]


def _day_of_name(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SourceNotFound(
            where, f"'{text}' is not named like a day file", "remove or rename it"
        ) from None
