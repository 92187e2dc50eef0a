"""Does a server answer, which version is it, and if not, why: in one line without a password."""

from __future__ import annotations

import re
from dataclasses import dataclass

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from technic_pipeline.errors import CacheUnreachable, DatabaseTooOld, DatabaseUnreachable

OLDEST_POSTGRES = (15,)
OLDEST_REDIS = (6, 2)
TIMEOUT_SECONDS = 5

MALFORMED = "the URL is malformed; percent-encode special characters of its user name and password"


@dataclass(frozen=True)
class Answer:
    """What a server said: its version, or None and the problem."""

    version: str | None
    problem: str = ""

    def older_than(self, needed: tuple[int, ...]) -> bool:
        """Whether the server's version lies before `needed`."""
        found = tuple(int(part) for part in re.findall(r"\d+", self.version or ""))
        return found[: len(needed)] < needed


def ask_postgres(url: str, timeout: int = TIMEOUT_SECONDS) -> Answer:
    """Connect to `url` and return the server's version or the problem."""
    if not url.startswith(("postgresql://", "postgres://")):
        return Answer(None, "the URL must begin with postgresql://")
    if _malformed(url):
        return Answer(None, MALFORMED)
    try:
        with psycopg.connect(url, connect_timeout=timeout) as connection:
            reported = connection.info.parameter_status("server_version") or ""
    except psycopg.ProgrammingError:
        # libpq quotes the part that it cannot read, which may be a piece of the password.
        return Answer(None, MALFORMED)
    except (psycopg.Error, UnicodeError) as error:
        return Answer(None, _first_failure(str(error)))
    return Answer(reported.split()[0])


def ask_redis(url: str, timeout: int = TIMEOUT_SECONDS) -> Answer:
    """Connect to `url` and return the server's version (Valkey's own, if it is one), or why not."""
    if _malformed(url):
        return Answer(None, MALFORMED)
    try:
        client = redis_client(url, timeout)
    except ValueError as error:
        return Answer(None, str(error))
    try:
        with client:
            info: dict[str, object] = client.info("server")  # pyright: ignore[reportAssignmentType]
    except (redis.RedisError, OSError, UnicodeError) as error:
        return Answer(None, " ".join(str(error).split()).rstrip("."))
    return Answer(str(info.get("valkey_version") or info["redis_version"]))


def redis_client(url: str, timeout: int) -> redis.Redis:
    """A client that tries once: the default waits for seconds between attempts.

    Raises:
        ValueError: it is no URL of a Redis.
    """
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=once
    )


def require_postgres(url: str) -> None:
    """Check that `url` leads to a PostgreSQL that this project can use.

    Raises:
        DatabaseUnreachable: nothing answers there; the password is masked.
        DatabaseTooOld: it is older than 15.
    """
    answer = ask_postgres(url)
    if answer.version is None:
        raise DatabaseUnreachable(mask(url), answer.problem)
    if answer.older_than(OLDEST_POSTGRES):
        raise DatabaseTooOld("PostgreSQL", answer.version, _dotted(OLDEST_POSTGRES))


def require_redis(url: str) -> None:
    """Check that `url` leads to a Redis or Valkey that this project can use.

    Raises:
        CacheUnreachable: nothing answers there; the password is masked.
        DatabaseTooOld: it is older than 6.2.
    """
    answer = ask_redis(url)
    if answer.version is None:
        raise CacheUnreachable(mask(url), answer.problem)
    if answer.older_than(OLDEST_REDIS):
        raise DatabaseTooOld("Redis", answer.version, _dotted(OLDEST_REDIS))


def mask(url: str) -> str:
    """`url` with its passwords replaced by ***."""
    # Up to the last '@', because a password that should have been percent-encoded may hold one.
    url = re.sub(r"(://[^:@/?#]*:).*@", r"\1***@", url)
    return re.sub(r"((?:password|passwd|pwd)=)[^&\s]*", r"\1***", url, flags=re.IGNORECASE)


def _malformed(url: str) -> bool:
    """Whether a client would take a piece of the password for a host or a port, and print it."""
    place = re.sub(r"^\w+://|[/?#].*$", "", url)
    user, _, hosts = place.rpartition("@")
    host = r"(\[[^\[\]]*\]|[^:\[\]]*)(:\d*)?"
    return "@" in user or not all(re.fullmatch(host, each) for each in hosts.split(","))


def _first_failure(message: str) -> str:
    lines = [line.strip(" -\t") for line in message.splitlines() if line.strip()]
    # A host name with several addresses fails once for each, under a headline that says nothing.
    line = lines[1] if len(lines) > 1 and lines[0].startswith("Multiple") else lines[0]
    return re.sub(r"^connection (failed|is bad): ", "", line)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
