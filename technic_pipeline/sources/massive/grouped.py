"""All bars of one session in one call."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline import clock
from technic_pipeline.errors import ChangedReply, EmptyReply
from technic_pipeline.sources.bars import MOST_ROWS, SessionBars
from technic_pipeline.sources.massive.connection import Connection
from technic_pipeline.sources.massive.replies import decode
from technic_pipeline.sources.payloads import KeptPayload

ENDPOINT = "grouped daily"
PATH = "/v2/aggs/grouped/locale/us/market/stocks"
PARAMETERS = {"adjusted": "false", "include_otc": "false"}
NEW_YORK = "America/New_York"
# A stamp beyond the year 9999 is no time; it is NaN, and the row no bar.
LAST_MILLISECOND = 253_402_300_799_999.0
# The vendor has answered for real sessions with no rows for a while: how long to wait for them.
EMPTY_WAITS = (5.0, 20.0)

Number = float | None


class GroupedRow(msgspec.Struct, gc=False):
    """One bar. Volume may be fractional and in scientific notation; anything may be absent."""

    T: str
    o: Number = None
    h: Number = None
    l: Number = None  # noqa: E741 - the vendor's name
    c: Number = None
    v: Number = None
    vw: Number = None
    n: Number = None
    t: Number = None


class GroupedReply(msgspec.Struct):
    """The reply; an empty one has `results` absent, null or empty."""

    adjusted: bool | None = None
    results: list[GroupedRow] | None = None


@dataclass(frozen=True)
class Payload:
    """A decoded reply with its bytes, as they were before any compression, and their digest."""

    sha256: str
    reply: GroupedReply
    kept: KeptPayload


def read_payload(payload: bytes) -> Payload:
    """The reply's bytes decoded.

    Raises:
        ChangedReply: it has another shape or too many rows, or they are adjusted for splits.
        VendorUnavailable: it is no whole JSON.
    """
    reply = decode(ENDPOINT, payload, GroupedReply)
    if reply.results and reply.adjusted is not False:
        problem = "$.adjusted is not false, so its prices change with every later split"
        raise ChangedReply(ENDPOINT, problem)
    if reply.results and len(reply.results) > MOST_ROWS:
        problem = f"$.results has {len(reply.results):,} rows, more than {MOST_ROWS:,}"
        raise ChangedReply(ENDPOINT, problem)
    kept = KeptPayload.grouped_reply(payload)
    return Payload(hashlib.sha256(payload).hexdigest(), reply, kept)


def session_bars(session: date, payload: Payload) -> SessionBars:
    """The rows of a reply in its order, unjudged: a field that is missing is NaN."""
    rows = payload.reply.results or []
    stamps = _column([row.t for row in rows])
    return SessionBars(
        session=session,
        source="massive",
        payload_sha256=payload.sha256,
        fetched_at=clock.now(),
        ticker=pa.array([row.T for row in rows], pa.string()),
        day=_new_york_days(stamps),
        open=_column([row.o for row in rows]),
        high=_column([row.h for row in rows]),
        low=_column([row.l for row in rows]),
        close=_column([row.c for row in rows]),
        volume=_column([row.v for row in rows]),
        vwap=_column([row.vw for row in rows]),
        transactions=_column([row.n for row in rows]),
        payload=payload.kept,
    )


def fetch_session(connection: Connection, session: date) -> SessionBars:
    """The bars of a session that the exchange has closed; an empty reply is asked for again.

    Raises:
        EmptyReply: there were no rows to the end.
        VendorError: as `Connection.get`.
    """
    for pause in (*EMPTY_WAITS, math.inf):
        payload = connection.get(ENDPOINT, f"{PATH}/{session}", PARAMETERS, read_payload)
        if payload.reply.results:
            return session_bars(session, payload)
        if pause < math.inf:
            connection.clock.sleep(pause)
    raise EmptyReply(ENDPOINT, f"the exchange traded on {session}")


def _column(values: list[Number]) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _new_york_days(milliseconds: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """The New York date of each time stamp, NaT where there is none."""
    known = np.abs(milliseconds) <= LAST_MILLISECOND
    whole = np.where(known, milliseconds, 0.0).astype(np.int64)
    moments = pa.array(whole, pa.int64(), mask=~known).cast(pa.timestamp("ms", tz="UTC"))
    days = moments.cast(pa.timestamp("ms", tz=NEW_YORK)).cast(pa.date32())
    return days.to_numpy(zero_copy_only=False).astype("datetime64[D]")
