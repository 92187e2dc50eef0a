"""Every error a user can meet: what went wrong, where, and the remedy, in one line.

Each class carries its data as attributes and builds its own message, so that callers raise facts
and never compose sentences. The command line prints the message and exits with status 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

# Of what a file or a vendor says, so much is repeated.
LONGEST_QUOTE = 300


class TechnicError(Exception):
    """Base of every error that is the user's to solve; its message is one printable line."""

    def __init__(self, message: str = "") -> None:
        # It may repeat what a file or a vendor says, whose bytes a terminal must not obey.
        super().__init__(_printable(message))


class SettingsError(TechnicError):
    """A setting has a value that cannot be used."""

    def __init__(self, setting: str, problem: str) -> None:
        self.setting = setting
        self.problem = problem
        super().__init__(f"{setting}: {problem}")


class NotASession(TechnicError):
    """A date on which the exchange does not trade."""

    def __init__(self, day: date, calendar: str, previous: date, following: date) -> None:
        self.day = day
        self.calendar = calendar
        super().__init__(
            f"{day} is not a session of {calendar}; the sessions around it are "
            f"{previous} and {following}"
        )


class BadDate(TechnicError):
    """A text that is no date."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"'{text}' is not a date; write it as YYYY-MM-DD, e.g. 2016-12-30")


class BadMoment(TechnicError):
    """A text that is no moment."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"'{text}' is not a moment; write it as YYYY-MM-DD, which is that day's end, or "
            "YYYY-MM-DDTHH:MM, in the exchange's time or with an offset such as +00:00"
        )


class SessionOutOfRange(TechnicError):
    """A date outside what the calendar or the source can answer for."""

    def __init__(self, day: date, first: date, last: date, what: str) -> None:
        self.day = day
        super().__init__(f"{day} is outside {what}, which has {first} to {last}; name a day in it")


class NothingToRun(TechnicError):
    """The range asked for holds no session."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"no session from {first} to {last}; --from must not be after --to")


class SourceNotFound(TechnicError):
    """The configured source has nothing at the place it was told to look."""

    def __init__(self, place: Path | str, problem: str, remedy: str) -> None:
        self.place = place
        super().__init__(f"{place}: {problem}; {remedy}")


class SessionNotOffered(TechnicError):
    """A trading session for which the source has no bars."""

    def __init__(self, session: date, where: str) -> None:
        self.session = session
        super().__init__(
            f"{where} has no bars for the session {session}; "
            "the calendar says it traded, so fetch them and run again"
        )


class MalformedInput(TechnicError):
    """A file that is not what it should be: nothing of it was used."""

    def __init__(self, path: Path | str, problem: str, remedy: str = "replace the file") -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {_quoted(problem)}; {remedy}")


class InputTooLarge(MalformedInput):
    """A file with more in it than there can be: it was not taken in."""

    def __init__(self, path: Path | str, size: int, limit: int, *, unpacked: bool = False) -> None:
        self.size = size
        self.limit = limit
        holds = f"unpacks to {size:,} bytes or more" if unpacked else f"has {size:,} bytes"
        super().__init__(path, f"{holds}, and no such file has more than {limit:,}")


class NoUsableBars(TechnicError):
    """A payload of which every row was rejected."""

    def __init__(self, session: date, rows: int, reason: str) -> None:
        self.session = session
        self.reason = reason
        super().__init__(
            f"none of the {rows} rows for {session} is a bar, most often because of {reason}; "
            "check that it is the right file"
        )


class SourcesMixed(TechnicError):
    """Real and simulated bars would meet in one database."""

    def __init__(self, stored: str, asked: str) -> None:
        super().__init__(
            f"this database holds bars from '{stored}' and the source is now '{asked}'; "
            "simulated and real bars never mix: set TECHNIC_SOURCE back, "
            "or point TECHNIC_HOME or TECHNIC_DATABASE_URL at another database"
        )


class TooManyRemovals(TechnicError):
    """A batch would remove more of a stored session than is believable."""

    def __init__(self, session: date, removed: int, stored: int) -> None:
        self.session = session
        self.removed = removed
        self.stored = stored
        super().__init__(
            f"the new bars of {session} lack {removed} of the {stored} stored ones; "
            "if that is right, run again with --confirm-removals"
        )


class TooManyWithdrawals(TechnicError):
    """A list of splits would withdraw more of the known ones than is believable."""

    def __init__(self, withdrawn: int, known: int) -> None:
        self.withdrawn = withdrawn
        self.known = known
        super().__init__(
            f"the list of splits lacks {withdrawn} of the {known} known ones; "
            "if that is right, run again with --confirm-removals"
        )


class ServiceFailed(TechnicError):
    """An embedded server that does not start or stop."""

    def __init__(self, service: str, problem: str, remedy: str) -> None:
        self.service = service
        super().__init__(f"{service}: {problem}; {remedy}")


class DatabaseUnreachable(TechnicError):
    """No PostgreSQL where the settings say there is one."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"cannot reach PostgreSQL at {url}: {problem}; check TECHNIC_DATABASE_URL, "
            "or unset it to use the embedded server"
        )


class DatabaseTooOld(TechnicError):
    """A server older than the oldest that this project is tested with."""

    def __init__(self, service: str, found: str, needed: str) -> None:
        super().__init__(f"{service} {found} is too old; {needed} or newer is needed")


class CacheUnreachable(TechnicError):
    """No Redis where the settings say there is one."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"cannot reach Redis at {url}: {problem}; check TECHNIC_REDIS_URL, "
            "or unset it to use the embedded server"
        )


class SchemaNotCurrent(TechnicError):
    """The database was migrated to another revision than this code needs."""

    def __init__(self, found: str | None, needed: str) -> None:
        super().__init__(
            f"the database schema is at revision {found or 'none'} and {needed} is needed; "
            "run: technic db upgrade"
        )


class ScanDefinitionError(TechnicError):
    """A scan definition that cannot be used, with the line at fault."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.path = path
        self.line = line
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {_quoted(problem)}")


class ScoresDoNotAddUp(TechnicError):
    """Rows of a table that was about to be published say one thing and are another."""

    def __init__(self, session: date, rows: int) -> None:
        self.session = session
        self.rows = rows
        super().__init__(
            f"{rows} rows of {session} have scores that their contributions do not add up to; "
            "nothing was published: report it with the scan's definition"
        )


class CheckFailed(TechnicError):
    """A check held back what would have followed; what was published before stands."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        self.found = found
        said = "; ".join(f"{name}: {problem}" if problem else name for name, problem in found)
        super().__init__(
            f"{said}; nothing was published; when the source is right, run the session again, "
            "or confirm that it is with --confirm-unusual"
        )


class PageNotWritten(TechnicError):
    """A session's page cannot be put in its place."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(
            f"{path}: {problem}; make room there, or set TECHNIC_HOME to another place"
        )


class UnknownScan(TechnicError):
    """A scan that nobody defined or enabled."""

    def __init__(self, scan: str, known: list[str]) -> None:
        super().__init__(f"no scan named '{scan}'; there are: {', '.join(known) or 'none'}")


class NothingPublished(TechnicError):
    """A question about a scan that has not been published."""

    def __init__(self, scan: str, session: date | None, known_at: datetime | None = None) -> None:
        of = f" for {session}" if session else ""
        if known_at is None:
            super().__init__(f"scan '{scan}' has not been published{of}; run: technic run")
        else:
            super().__init__(
                f"scan '{scan}' had not been published{of} by {known_at:%Y-%m-%d %H:%M:%S %Z}; "
                "choose a later moment; scan_runs.published_at has them all"
            )


class NotKnownThen(TechnicError):
    """A session to be ranked from what was known before it was published."""

    def __init__(self, session: date, moment: datetime, first: datetime | None) -> None:
        self.session, self.moment, self.first = session, moment, first
        when = f"{moment:%Y-%m-%d %H:%M:%S %Z}"
        if first is None:
            super().__init__(f"{session} has not been published; run: technic run")
        else:
            known = first.astimezone(moment.tzinfo)
            super().__init__(
                f"{session} had not been published by {when}, and what was backfilled has no "
                f"earlier knowledge; choose a moment from {known.isoformat()} on"
            )


class UnknownTicker(TechnicError):
    """A ticker that no symbol bears."""

    def __init__(self, ticker: str, similar: list[str]) -> None:
        hint = (
            f"; did you mean {', '.join(similar)}?" if similar else "; tickers are case-sensitive"
        )
        super().__init__(f"no symbol bears the ticker '{ticker}'{hint}")


class QueryFailed(TechnicError):
    """SQL that PostgreSQL refused."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"PostgreSQL refused the query: {problem}")


class NotPermitted(TechnicError):
    """Something that PostgreSQL keeps from the role or the user who is connected."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        super().__init__(f"PostgreSQL: {problem}; {remedy}")


class SessionNotClosed(TechnicError):
    """A session that the exchange has not finished yet."""

    def __init__(self, session: date, last_closed: date) -> None:
        super().__init__(f"{session} has not closed yet; the last closed session is {last_closed}")


class ConnectionLost(TechnicError):
    """PostgreSQL went away in the middle of something."""

    def __init__(self, cause: Exception) -> None:
        problem = str(cause).strip().splitlines()[0] if str(cause).strip() else "connection lost"
        super().__init__(
            f"PostgreSQL: {problem}; nothing was left half done, "
            "check with `technic services status` and run again"
        )


class BadOption(TechnicError):
    """Options that do not go together, or name nothing."""


class VendorError(TechnicError):
    """Base of what the live vendor says, or does, instead of giving data."""


class EngineUnavailable(TechnicError):
    """An engine was asked for that cannot run here."""

    def __init__(self, engine: str, why: str, remedy: str) -> None:
        self.engine = engine
        super().__init__(f"the engine '{engine}' cannot run here: {why}; {remedy}")


class EnginesDiffer(TechnicError):
    """A cluster's machines would give other values than this one."""

    def __init__(self, ours: str, theirs: Sequence[str]) -> None:
        self.ours = ours
        self.theirs = theirs
        super().__init__(
            f"this machine's build of the engine is {ours}, the cluster's is {', '.join(theirs)}; "
            "install the same version of technic-pipeline and of numba everywhere"
        )


class RunInterrupted(TechnicError):
    """Somebody stopped a run."""

    def __init__(self) -> None:
        super().__init__("interrupted; what was committed stays, run again to go on")


class CallsGivenUp(VendorError):
    """A call that was waited for when its answer was not wanted any more."""

    def __init__(self) -> None:
        super().__init__("stopped while calls to the vendor were waiting; run again to go on")


class VendorKeyRefused(VendorError):
    """The vendor does not know the key."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"the vendor refuses the key in MASSIVE_API_KEY ({said}); copy it anew from "
            "https://massive.com/dashboard, or set TECHNIC_SOURCE=simulated, which needs none"
        )


class PlanTooSmall(VendorError):
    """The plan of the key does not include what was asked for."""

    def __init__(self, endpoint: str, said: str) -> None:
        self.endpoint = endpoint
        self.said = said
        super().__init__(
            f"the vendor's plan of this key does not include {endpoint} ({said}); "
            "choose a larger plan at https://massive.com/pricing"
        )


class SessionOlderThanPlan(VendorError):
    """A session from before the history that the plan of the key includes."""

    def __init__(self, session: date, plan: str, oldest: date | None) -> None:
        self.session = session
        self.oldest = oldest
        reach = f", which reaches back to {oldest}" if oldest else ""
        super().__init__(
            f"the session {session} is older than the plan of the key includes "
            f"(TECHNIC_MASSIVE_PLAN is '{plan}'{reach}); begin later with --from, "
            "or choose a larger plan at https://massive.com/pricing"
        )


class SessionNotYetOffered(VendorError):
    """A session that has closed and whose bars the vendor does not give out yet."""

    def __init__(self, session: date, said: str) -> None:
        self.session = session
        super().__init__(
            f"the vendor does not give out the session {session} yet ({said}); run again after "
            "midnight in New York, or choose a plan with same-day bars"
        )


class TickerNotListed(VendorError):
    """A ticker that the vendor's reference data does not have."""

    def __init__(self, ticker: str) -> None:
        self.ticker = ticker
        super().__init__(
            f"the vendor lists no ticker '{ticker}'; tickers are case-sensitive, "
            "and a delisted one is found by its day only"
        )


class RateExceeded(VendorError):
    """The vendor counted too many calls, again after every wait."""

    def __init__(self, endpoint: str, said: str, retry_after: float | None = None) -> None:
        self.endpoint = endpoint
        self.retry_after = retry_after
        super().__init__(
            f"the vendor counts too many calls, even after waiting ({endpoint}: {said}); check "
            "that TECHNIC_MASSIVE_PLAN is the plan of the key, and that nothing else uses the key"
        )


class VendorUnavailable(VendorError):
    """The vendor gave no whole reply, however often it was asked."""

    def __init__(self, endpoint: str, problem: str, retry_after: float | None = None) -> None:
        self.endpoint = endpoint
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(
            f"the vendor gives no reply to {endpoint}, asked several times (the last time: "
            f"{_quoted(problem)}); check the network and TECHNIC_MASSIVE_URL, and run again later"
        )


class VendorRefused(VendorError):
    """An answer that says no, for a reason which nobody foresaw."""

    def __init__(self, endpoint: str, status: int, said: str) -> None:
        self.endpoint = endpoint
        self.status = status
        super().__init__(
            f"the vendor answers {endpoint} with status {status} ({said}); "
            "check TECHNIC_MASSIVE_URL, and whether a newer version of this program knows it"
        )


class ChangedReply(VendorError):
    """A reply that is not of the shape that the vendor documents: nothing of it was used."""

    def __init__(self, endpoint: str, problem: str) -> None:
        self.endpoint = endpoint
        self.problem = problem
        super().__init__(
            f"the vendor's reply to {endpoint} has another shape than it documents: "
            f"{_quoted(problem)}; nothing of it was used, look for a newer version of this program"
        )


class ReplyTooLarge(VendorError):
    """A reply with more bytes than there can be: it was not taken in."""

    def __init__(self, endpoint: str, size: int, limit: int) -> None:
        self.endpoint = endpoint
        self.size = size
        self.limit = limit
        super().__init__(
            f"the vendor's reply to {endpoint} has {size:,} bytes or more, and none has more than "
            f"{limit:,}; nothing of it was used, check TECHNIC_MASSIVE_URL"
        )


class BucketRefused(VendorError):
    """The bucket of day files does not give what is asked of it."""

    def __init__(self, endpoint: str, problem: str) -> None:
        self.endpoint = endpoint
        super().__init__(
            f"the bucket at {endpoint} refuses ({_quoted(' '.join(problem.split()))}); check "
            "TECHNIC_S3_ENDPOINT, TECHNIC_S3_KEY and TECHNIC_S3_SECRET, whether the plan includes "
            "flat files, and the network"
        )


class EmptyReply(VendorError):
    """No rows where there must be some, however often they were asked for."""

    def __init__(self, endpoint: str, why: str) -> None:
        self.endpoint = endpoint
        super().__init__(
            f"the vendor's reply to {endpoint} has no rows, though {why}; "
            "nothing was stored, run again later"
        )


def _quoted(said: str) -> str:
    written = _printable(said)
    return written if len(written) <= LONGEST_QUOTE else f"{written[:LONGEST_QUOTE]} ..."


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(map(_written, text))


def _written(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode()
