"""The live vendor as a market."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import httpx

from technic_pipeline import clock
from technic_pipeline.errors import PlanTooSmall, SessionNotOffered, SettingsError
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import Settings
from technic_pipeline.sources.bars import SessionBars
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.descriptions import fetch_descriptions, fetch_details
from technic_pipeline.sources.massive.events import TickerHistory, fetch_events
from technic_pipeline.sources.massive.fetching_ahead import FetchingAhead
from technic_pipeline.sources.massive.grouped import NEW_YORK, fetch_session
from technic_pipeline.sources.massive.plans import Plan, plan_named
from technic_pipeline.sources.massive.ratios import fetch_ratios
from technic_pipeline.sources.massive.refusals import refused_session
from technic_pipeline.sources.massive.splits import fetch_splits, first_split
from technic_pipeline.sources.reference import Ratios, Split, SymbolDescription

# What opens the simulated exchange, and nothing at the vendor.
SIMULATED_KEY = "simulated-key"
# What a reply takes where no plan makes a call wait.
SECONDS_A_CALL = 0.25


class Massive:
    """US stocks as the vendor gives them: raw bars of a session in a call, and reference data.

    Lists other than splits and ratios come a call at a time, and `refresh` says when.
    """

    counts_calls = True

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        calendar: Calendar,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """Ask nothing yet; `now` is the vendor's time of day, as an aware time.

        Bars that the simulated exchange's key opens are simulated ones.
        """
        self.name = "simulated" if connection.has_key(SIMULATED_KEY) else "massive"
        self.connection = connection
        self.plan = plan
        self._calendar = calendar
        self._now = now or clock.now
        self._taken: Counter[str] = Counter()
        self._listed: list[SymbolDescription] | None = None
        self._ahead = FetchingAhead(self._fetch)

    def seconds_for(self, calls: int) -> float:
        """How long so many calls take, one after the other, at least as long as the plan says."""
        return calls * max(self.plan.window / self.plan.calls, SECONDS_A_CALL)

    def give_up(self) -> None:
        """Make no call any more, and wait for none."""
        self.connection.give_up()

    def require_key(self) -> None:
        """Ask for as little as there is, to learn whether the key opens anything.

        Raises:
            VendorKeyRefused: it does not.
        """
        first_split(self.connection)

    def take_calls(self) -> Counter[str]:
        """The calls made since this was last asked, by endpoint."""
        made = self.connection.calls.copy()
        taken, self._taken = made - self._taken, made
        return taken

    def offered(self) -> tuple[date, date]:
        """The oldest and the newest session that the plan gives out now, without asking."""
        oldest = max(self.plan.oldest(self._today()) or self._calendar.first, self._calendar.first)
        newest = self._calendar.last_closed(self._now())
        if not self.plan.same_day and newest == self._today():
            newest = self._calendar.before(newest, 1)
        return self._calendar.between(oldest, newest)[0], newest

    def fetch_ahead(self, sessions: Iterable[date]) -> None:
        """Begin to fetch sessions that will be wanted, after all that were named before."""
        self._ahead.name(sessions)

    def bars(self, session: date) -> SessionBars:
        """All bars of one session, in one call, not adjusted for splits.

        Raises:
            SessionNotOffered: the exchange was closed, or has not closed yet.
            SessionNotYetOffered: the plan gets the session's bars later.
            SessionOlderThanPlan: the plan does not reach back so far.
            EmptyReply: the vendor has no rows for it, however often it is asked.
            VendorError: as `Connection.get`.
        """
        return self._ahead.take(session)

    def _fetch(self, session: date) -> SessionBars:
        if not self._traded(session):
            raise SessionNotOffered(session, "the vendor")
        try:
            return replace(fetch_session(self.connection, session), source=self.name)
        except PlanTooSmall as refused:
            raise refused_session(refused, session, self._today(), self.plan) from None

    def splits(self, since: date = date.min) -> list[Split]:
        """Splits executed on a day or later, the announced ones included."""
        return fetch_splits(self.connection, since)

    def descriptions(self) -> None:
        """Not in one call: see `tickers` and `details`."""

    def ticker_changes(self) -> None:
        """Not in one call: see `events`."""

    def explained_jumps(self) -> None:
        """The vendor explains none."""

    def tickers(self) -> list[SymbolDescription]:
        """The tickers that are listed now, asked for once; no sectors."""
        if self._listed is None:
            self._listed = fetch_descriptions(self.connection)
        return self._listed

    def details(self, ticker: str) -> SymbolDescription:
        """One ticker's description with its sector.

        Raises:
            TickerNotListed: the vendor does not know it.
        """
        return fetch_details(self.connection, ticker)

    def events(self, ticker: str) -> TickerHistory | None:
        """The tickers that the bearer of a ticker, or of a composite FIGI, has had."""
        return fetch_events(self.connection, ticker)

    def ratios(self) -> list[Ratios] | None:
        """The newest ratios of every company; None where the plan does not include them."""
        return fetch_ratios(self.connection)

    def _today(self) -> date:
        return self._now().astimezone(ZoneInfo(NEW_YORK)).date()

    def _traded(self, day: date) -> bool:
        first, last = self._calendar.first, self._calendar.last_closed(self._now())
        return first <= day <= last and day == self._calendar.before(day, 0)


def open_massive(settings: Settings, calendar: Calendar) -> Massive:
    """The vendor at the address, with the key and the plan of the settings; nothing is asked yet.

    Raises:
        SettingsError: one of these is missing or cannot be used.
    """
    if settings.massive_api_key is None:
        raise SettingsError(
            "MASSIVE_API_KEY",
            "is not set; get a key at https://massive.com/dashboard, "
            "or set TECHNIC_SOURCE=simulated, which needs none",
        )
    key = settings.massive_api_key.get_secret_value().strip()
    if not (key and key.isascii() and key.isprintable() and " " not in key):
        raise SettingsError("MASSIVE_API_KEY", "holds characters that no key has; copy it anew")
    plan = plan_named(settings.massive_plan)
    connection = Connection(
        _address(settings.massive_url), type(settings.massive_api_key)(key), plan
    )
    return Massive(connection, plan, calendar)


def _address(text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query:
        raise SettingsError(
            "TECHNIC_MASSIVE_URL", "is no address; write it as https://api.massive.com"
        )
    return text
