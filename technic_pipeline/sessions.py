"""Trading sessions, from the exchange's calendar and from nothing else."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import platformdirs

from technic_pipeline.errors import NotASession, NothingToRun, SessionOutOfRange, SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The oldest day of the vendor's history.
FIRST_DAY = "2003-09-10"
NEW_YORK = ZoneInfo("America/New_York")
# Of a calendar that is kept, ten times what 23 years take.
LARGEST_KEPT = 1024 * 1024
DIGEST_SIZE = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Calendar:
    """The sessions of one exchange, oldest first."""

    name: str
    timezone: str
    days: NDArray[np.datetime64]
    closes: NDArray[np.datetime64]

    def require(self, day: date) -> date:
        """Return `day` itself.

        Raises:
            NotASession: the exchange does not trade on it.
            SessionOutOfRange: the calendar does not reach it.
        """
        if not self.first <= day <= self.last:
            raise SessionOutOfRange(day, self.first, self.last, f"the calendar {self.name}")
        at = self._position(day)
        if self.days[at] != np.datetime64(day, "D"):
            raise NotASession(day, self.name, self._day(at - 1), self._day(at))
        return day

    def between(self, first: date, last: date) -> list[date]:
        """The sessions from `first` to `last`, both included.

        Raises:
            NothingToRun: there is none.
            SessionOutOfRange: an end lies outside the calendar.
        """
        for day in (first, last):
            if not self.first <= day <= self.last:
                raise SessionOutOfRange(day, self.first, self.last, f"the calendar {self.name}")
        stop = int(np.searchsorted(self.days, np.datetime64(last, "D"), side="right"))
        found: list[date] = self.days[self._position(first) : stop].tolist()
        if not found:
            raise NothingToRun(first, last)
        return found

    def last_closed(self, now: datetime) -> date:
        """The newest session whose closing time is not after `now` (an aware time)."""
        instant = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "ns")
        return self._day(int(np.searchsorted(self.closes, instant, side="right")) - 1)

    def __contains__(self, day: date) -> bool:
        """Whether the exchange trades on a day."""
        at = self._position(day)
        return at < len(self.days) and self._day(at) == day

    def closed_at(self, session: date) -> datetime:
        """The closing time of a session, in UTC."""
        moment = self.closes[self._position(session)].astype("datetime64[us]").item()
        return moment.replace(tzinfo=UTC)

    def local(self, moment: datetime) -> datetime:
        """A moment in the exchange's time."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def before(self, session: date, count: int) -> date:
        """The session `count` sessions before `session`, or the calendar's first."""
        return self._day(max(self._position(session) - count, 0))

    def ordinals(self, sessions: NDArray[np.datetime64]) -> NDArray[np.int32]:
        """Each session's position in the calendar, so that a difference counts sessions."""
        return np.searchsorted(self.days, sessions).astype(np.int32)

    @property
    def first(self) -> date:
        """The oldest session."""
        return self._day(0)

    @property
    def last(self) -> date:
        """The newest session, about a year ahead."""
        return self._day(-1)

    def _position(self, day: date) -> int:
        return int(np.searchsorted(self.days, np.datetime64(day, "D")))

    def _day(self, at: int) -> date:
        return self.days[at].item()


def new_york_day(moment: datetime) -> date:
    """The date in New York, by which the vendor counts days."""
    return moment.astimezone(NEW_YORK).date()


@cache
def load_calendar(name: str) -> Calendar:
    """Load the calendar of an exchange by its ISO code.

    To work it out takes most of a second, so it is kept for a month, as the installed version of
    exchange_calendars has it.

    Raises:
        SettingsError: exchange_calendars knows no exchange of that name.
    """
    kept = _kept_file(name)
    known = _read_kept(kept)
    if known is not None:
        return Calendar(name, *known)
    calendar = _work_out(name)
    _keep(kept, calendar)
    return calendar


def _work_out(name: str) -> Calendar:
    import exchange_calendars  # noqa: PLC0415
    from exchange_calendars.errors import InvalidCalendarName  # noqa: PLC0415

    try:
        calendar = exchange_calendars.get_calendar(name, start=FIRST_DAY)
    except InvalidCalendarName:
        raise SettingsError(
            "TECHNIC_CALENDAR", f"no exchange '{name}'; use an ISO code such as XNYS or XTSE"
        ) from None
    return Calendar(
        name=name,
        timezone=str(calendar.tz),
        days=calendar.sessions.to_numpy().astype("datetime64[D]"),
        closes=calendar.closes.dt.tz_localize(None).to_numpy().astype("datetime64[ns]"),
    )


def _kept_file(name: str) -> Path:
    """Of this month, as a calendar ends a year ahead; names that are no code are kept apart."""
    folder = Path(platformdirs.user_cache_dir("technic_pipeline", appauthor=False)) / "calendars"
    of = f"{version('exchange_calendars')} {FIRST_DAY} {date.today():%Y-%m} {name}"
    return folder / f"{hashlib.sha256(of.encode()).hexdigest()[:16]}.npz"


def _read_kept(path: Path) -> tuple[str, NDArray, NDArray] | None:
    """Time zone, days and closes; None where they are not there or not whole."""
    try:
        if path.stat().st_size > LARGEST_KEPT:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    digest, arrays = content[:DIGEST_SIZE], content[DIGEST_SIZE:]
    # First of all: of damaged arrays NumPy says so in a dozen kinds of errors.
    if hashlib.sha256(arrays).digest() != digest:
        return None
    with np.load(BytesIO(arrays), allow_pickle=False) as kept:
        return str(kept["timezone"]), kept["days"], kept["closes"]


def _keep(path: Path, calendar: Calendar) -> None:
    """Write it whole; where nothing can be written it is worked out again the next time."""
    arrays = BytesIO()
    np.savez(arrays, timezone=calendar.timezone, days=calendar.days, closes=calendar.closes)
    content = arrays.getvalue()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".unfinished", delete=False) as file:
            file.write(hashlib.sha256(content).digest() + content)
        Path(file.name).replace(path)
