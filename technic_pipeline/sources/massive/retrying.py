"""How often and how patiently a call is made again, when what stopped it will pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    wait_exponential_jitter,
    wait_random,
)

from technic_pipeline.errors import RateExceeded, VendorUnavailable
from technic_pipeline.sources.massive.clock import Clock


@dataclass(frozen=True)
class Patience:
    """The bounds of one call: its attempts, and the seconds waited between them.

    A fault is answered by waits that double from `first_wait`; a refusal for the rate by such from
    `rate_wait`, since the vendor counts calls by the minute. No single wait is longer than
    `longest_wait`, whatever the vendor asks for, and all together are not longer than `total_wait`.
    """

    attempts: int = 5
    first_wait: float = 1.0
    rate_wait: float = 15.0
    longest_wait: float = 60.0
    total_wait: float = 180.0


def retrying(patience: Patience, clock: Clock) -> Retrying:
    """Attempts to iterate over; the last one's error comes out when they are used up."""
    return Retrying(
        sleep=clock.sleep,
        retry=retry_if_exception_type((VendorUnavailable, RateExceeded)),
        wait=lambda state: _wait(patience, state),
        stop=lambda state: (
            state.attempt_number >= patience.attempts
            or state.idle_for + state.upcoming_sleep > patience.total_wait
        ),
        reraise=True,
    )


def seconds_asked_for(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header, in seconds or as a date, means at `now`; None where nothing."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def _wait(patience: Patience, state: RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    # The jitter keeps processes that were refused together from coming back together.
    asked = getattr(problem, "retry_after", None)
    if asked is not None:
        return min(asked + wait_random(0.0, patience.first_wait)(state), patience.longest_wait)
    first = patience.rate_wait if isinstance(problem, RateExceeded) else patience.first_wait
    return wait_exponential_jitter(multiplier=first, max=patience.longest_wait, jitter=first)(state)
