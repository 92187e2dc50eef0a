"""One connection to the vendor: paced, retried, counted, and silent about the key."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Lock
from typing import TypeVar

import httpx
from pydantic import SecretStr

from technic_pipeline.errors import (
    CallsGivenUp,
    ChangedReply,
    ReplyTooLarge,
    VendorUnavailable,
)
from technic_pipeline.sources.massive.clock import Clock
from technic_pipeline.sources.massive.deadline import within
from technic_pipeline.sources.massive.plans import Plan
from technic_pipeline.sources.massive.rate_limit import RateLimit
from technic_pipeline.sources.massive.refusals import LONGEST_SAYING, refusal
from technic_pipeline.sources.massive.retrying import Patience, retrying, seconds_asked_for
from technic_pipeline.sources.payloads import LARGEST_REPLY

# At DEBUG it prints the headers of replies, in which a vendor may repeat what it was sent.
logging.getLogger("httpcore").setLevel(logging.INFO)

Value = TypeVar("Value")
# Another packing, or one in another, could unpack a piece to any size before it is counted; a piece
# of 64 KB in gzip has at most 64 MB.
ENCODINGS = ("", "identity", "gzip")
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, between two pieces of a reply, and from a call to its reply's end."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 120.0


class Bearer(httpx.Auth):
    """Sends the key as a header, which appears in no URL and so in no log of URLs."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        yield request


class Connection:
    """Calls to one vendor with one key; safe to use from several threads.

    `calls` counts every HTTP request by endpoint, repeated ones too.
    """

    def __init__(
        self,
        url: str,
        key: SecretStr,
        plan: Plan,
        *,
        clock: Clock | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        """Nothing is sent before the first call."""
        self.calls: Counter[str] = Counter()
        self.url = httpx.URL(url)
        self._given_up = Event()
        self.clock = clock or Clock(time.monotonic, self._pause)
        self._key = key
        self._patience = patience
        self._timeouts = timeouts
        self._limit = RateLimit(plan, self.clock)
        self._counting = Lock()
        # Redirects are not followed: the key is for this host alone. No proxy leads to ourselves.
        self._client = httpx.Client(
            trust_env=self.url.host not in THIS_MACHINE,
            base_url=self.url,
            auth=Bearer(key),
            headers={"Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect),
        )

    def get(
        self,
        endpoint: str,
        url: str,
        parameters: Mapping[str, str],
        decode: Callable[[bytes], Value],
    ) -> Value:
        """What `decode` makes of the reply's bytes.

        Raises:
            VendorError: whatever the vendor says instead; faults that pass are retried first.
        """
        for attempt in retrying(self._patience, self.clock):
            with attempt:
                return decode(self._ask(endpoint, url, parameters))
        raise AssertionError("the last attempt raises")

    def has_key(self, key: str) -> bool:
        """Whether this is the key that opens it."""
        return self._key.get_secret_value() == key

    def close(self) -> None:
        """Give the sockets back."""
        self._client.close()

    def give_up(self) -> None:
        """Wake whoever waits for a call's moment; no call is made any more."""
        self._given_up.set()

    def _pause(self, seconds: float) -> None:
        """Wait, but no longer than anybody wants an answer."""
        self._given_up.wait(seconds)

    def _ask(self, endpoint: str, url: str, parameters: Mapping[str, str]) -> bytes:
        self._limit.wait()
        if self._given_up.is_set():
            raise CallsGivenUp
        with self._counting:
            self.calls[endpoint] += 1
        total = self._timeouts.total
        try:
            response, payload = within(total, lambda: self._receive(endpoint, url, parameters))
        except TimeoutError:
            problem = f"the reply was not whole after {total:g} seconds"
            raise VendorUnavailable(endpoint, problem) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            problem = str(error) or type(error).__name__
            raise VendorUnavailable(endpoint, problem) from None
        wished = seconds_asked_for(response.headers.get("Retry-After"), datetime.now(UTC))
        refused = refusal(endpoint, response, payload, self._key.get_secret_value(), wished)
        if refused is not None:
            raise refused
        return payload

    def _receive(
        self, endpoint: str, url: str, parameters: Mapping[str, str]
    ) -> tuple[httpx.Response, bytes]:
        """The reply and its whole body; given up in time even where nobody waits any more."""
        deadline = self.clock.now() + self._timeouts.total
        # Empty parameters would cut the query off a cursor's address.
        with self._client.stream("GET", url, params=parameters or None) as response:
            _refuse_what_cannot_be_bounded(endpoint, response)
            pieces, size = [], 0
            for piece in response.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST_REPLY:
                    raise ReplyTooLarge(endpoint, size, LARGEST_REPLY)
                if self.clock.now() > deadline:
                    raise TimeoutError
        return response, b"".join(pieces)


def _refuse_what_cannot_be_bounded(endpoint: str, response: httpx.Response) -> None:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        problem = f"it comes in the encoding {encoding[:LONGEST_SAYING]!r}"
        raise ChangedReply(endpoint, problem)
    announced = response.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > LARGEST_REPLY:
        raise ReplyTooLarge(endpoint, int(announced), LARGEST_REPLY)
