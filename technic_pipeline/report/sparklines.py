"""The closes of the last sessions, a letter each: enough for a line as wide as a thumb."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.sessions import Calendar
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import array_text, column

SESSIONS = 60
# From a line's lowest close to its highest; template/elements.js reads the same letters.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
NO_CLOSE = "."


def shown_sessions(calendar: Calendar, session: date) -> tuple[date, ...]:
    """The sessions of a line, oldest first."""
    return tuple(calendar.between(calendar.before(session, SESSIONS - 1), session))


def read_sparklines(
    url: str, symbol_id: NDArray[np.int32], sessions: Sequence[date]
) -> tuple[str, ...]:
    """One text a symbol, a letter a session; `symbol_id` must be sorted and distinct."""
    closes = _closes(url, symbol_id, sessions)
    _adjust(closes, url, symbol_id, sessions)
    return letters(closes)


def letters(closes: NDArray[np.float64]) -> tuple[str, ...]:
    """Rows of closes, NaN where there was none, as texts; one that never moved is a flat line."""
    present = np.isfinite(closes)
    low = np.min(closes, axis=1, initial=np.inf, where=present, keepdims=True)
    high = np.max(closes, axis=1, initial=-np.inf, where=present, keepdims=True)
    top = len(LETTERS) - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, (closes - low) / (high - low), 0.5)
    place = np.where(present, np.rint(share * top), len(LETTERS)).astype(np.uint8)
    alphabet = np.frombuffer((LETTERS + NO_CLOSE).encode(), np.uint8)
    text = alphabet[place].tobytes().decode("ascii")
    width = closes.shape[1]
    return tuple(text[at : at + width] for at in range(0, len(text), width))


def _closes(
    url: str, symbol_id: NDArray[np.int32], sessions: Sequence[date]
) -> NDArray[np.float64]:
    wanted = [sessions[0], array_text(symbol_id), sessions[-1]]
    bars = read_packed(url, "report_closes", wanted)
    days = np.array(sessions, dtype="datetime64[D]")
    day = np.searchsorted(days, column(bars, "session").astype("datetime64[D]"))
    closes = np.full((len(symbol_id), len(days)), np.nan)
    closes[np.searchsorted(symbol_id, column(bars, "symbol_id")), day] = column(bars, "close")
    return closes


def _adjust(
    closes: NDArray[np.float64],
    url: str,
    symbol_id: NDArray[np.int32],
    sessions: Sequence[date],
) -> None:
    """Bring the closes before each split to the scale after it."""
    splits: pa.Table = read_packed(url, "report_splits", [sessions[0], sessions[-1]])
    for split in splits.to_pylist():
        row = int(np.searchsorted(symbol_id, split["symbol_id"]))
        if row < len(symbol_id) and symbol_id[row] == split["symbol_id"]:
            before = bisect_left(sessions, split["execution_date"])
            closes[row, :before] *= split["split_from"] / split["split_to"]
