"""What can go wrong between a request and its reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from technic_pipeline.simulated_exchange.answers import Answer, refusal

Kind = Literal[
    "too_many", "retry_after", "retry_on_date", "server_error", "unavailable", "slow", "dribble",
    "cut", "garbage", "html", "empty", "wrong_shape", "refused", "not_included",
]  # fmt: skip

NOT_INCLUDED = "You are not entitled to this data. Please upgrade your plan."
TOO_MANY = "You've exceeded the maximum requests per minute, please wait or upgrade your plan."
PAGE = b"<html><body><h1>Sign in to the network</h1></body></html>"
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True)
class Fault:
    """The next `times` requests whose path contains `path` go wrong in one way."""

    kind: Kind
    path: str = "/"
    times: int = 1


def go_wrong(fault: Fault, right: Answer) -> Answer:  # noqa: PLR0911, PLR0912 - a case a kind
    """What comes instead of the right answer."""
    match fault.kind:
        case "too_many":
            return refusal(429, TOO_MANY)
        case "retry_after":
            return refusal(429, TOO_MANY, {"Retry-After": str(RETRY_AFTER_SECONDS)})
        case "retry_on_date":
            moment = datetime.now(UTC) + timedelta(seconds=RETRY_AFTER_SECONDS)
            return refusal(429, TOO_MANY, {"Retry-After": format_datetime(moment, usegmt=True)})
        case "server_error":
            return refusal(500, "Internal Server Error")
        case "unavailable":
            return refusal(503, "Service Unavailable")
        case "slow":
            return Answer(right.body, late=True)
        case "dribble":
            return Answer(right.body, dribbled=True)
        case "cut":
            return Answer(right.body, cut=True)
        case "garbage":
            return Answer(right.body[: len(right.body) // 2])
        case "html":
            return Answer(PAGE)
        case "empty":
            return Answer(b'{"status":"OK","queryCount":0,"resultsCount":0,"adjusted":false}')
        case "wrong_shape":
            return Answer(right.body.replace(b'"results":', b'"results":7,"rows":', 1))
        case "refused":
            return refusal(400, "The request is not understood.")
        case "not_included":
            return refusal(403, NOT_INCLUDED)
