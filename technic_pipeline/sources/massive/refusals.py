"""What the vendor means by a reply that is no data."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

import httpx
import msgspec

from technic_pipeline.errors import (
    PlanTooSmall,
    RateExceeded,
    SessionNotYetOffered,
    SessionOlderThanPlan,
    VendorError,
    VendorKeyRefused,
    VendorRefused,
    VendorUnavailable,
)
from technic_pipeline.sources.massive.plans import Plan

LONGEST_SAYING = 200


class Saying(msgspec.Struct):
    """The vendor's explanation stands in one of these, by endpoint and kind."""

    error: str | None = None
    message: str | None = None


def refusal(
    endpoint: str, response: httpx.Response, payload: bytes, key: str, retry_after: float | None
) -> VendorError | None:
    """What a reply says instead of giving data, None where it gives data."""
    status = response.status_code
    if status == HTTPStatus.OK:
        return None
    said = _saying(response, payload, key)
    if status == HTTPStatus.UNAUTHORIZED:
        return VendorKeyRefused(said)
    if status == HTTPStatus.FORBIDDEN:
        return PlanTooSmall(endpoint, said)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateExceeded(endpoint, said, retry_after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return VendorUnavailable(endpoint, f"status {status}: {said}", retry_after)
    return VendorRefused(endpoint, status, said)


def refused_session(refused: PlanTooSmall, session: date, today: date, plan: Plan) -> VendorError:
    """Which of three things a 403 means for a session; the vendor tells them apart in words only.

    The words about the timeframe stand both for a session that is too old and, on some plans, for
    one that is too new.
    """
    said = refused.said.lower()
    oldest = plan.oldest(today)
    if "before end of day" in said or (session >= today and "not entitled" not in said):
        return SessionNotYetOffered(session, refused.said)
    if "timeframe" in said or (oldest is not None and session < oldest):
        return SessionOlderThanPlan(session, plan.name, oldest)
    return refused


def _saying(response: httpx.Response, payload: bytes, key: str) -> str:
    try:
        saying = msgspec.json.decode(payload, type=Saying)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        saying = Saying()
    text = saying.error or saying.message or response.reason_phrase or "no explanation"
    return " ".join(text.replace(key, "***").split())[:LONGEST_SAYING]
