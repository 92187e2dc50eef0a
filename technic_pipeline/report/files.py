"""Where the pages lie, and when one is made anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from technic_pipeline.errors import PageNotWritten
from technic_pipeline.report.page import EDITION, render
from technic_pipeline.report.reading import read_report
from technic_pipeline.report.versions import ShownVersion, edition
from technic_pipeline.sessions import Calendar

FOLDER = "reports"
# A page's edition is among so many of its first characters.
HEAD = 4_000
READABLE = 0o644


@dataclass(frozen=True)
class WrittenReport:
    """A page on disk: its bytes, and how many rows all its tables have."""

    path: Path
    size: int
    rows: int


def report_path(home: Path, session: date) -> Path:
    """Where the page of a session is, if it is."""
    return home.resolve() / FOLDER / f"{session}.html"


def is_current(path: Path, versions: tuple[ShownVersion, ...]) -> bool:
    """Whether a page is there and shows these versions."""
    try:
        with path.open(encoding="utf-8", errors="replace") as page:
            return EDITION.format(edition(versions)) in page.read(HEAD)
    except OSError:
        return False


def write_report(
    url: str, home: Path, session: date, calendar: Calendar, versions: tuple[ShownVersion, ...]
) -> WrittenReport:
    """Make the page of a session from these versions and put it in its place at once.

    Raises:
        PageNotWritten: the system refuses the file.
    """
    report = read_report(url, session, calendar, versions)
    path = report_path(home, session)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        size = _replace(path, render(report).encode())
    except OSError as error:
        raise PageNotWritten(path, error.strerror or str(error)) from error
    return WrittenReport(path, size, sum(part.ranked for part in report.scans))


def _replace(path: Path, page: bytes) -> int:
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        unfinished = Path(file.name)
        try:
            file.write(page)
            file.close()
            unfinished.chmod(READABLE)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return len(page)
