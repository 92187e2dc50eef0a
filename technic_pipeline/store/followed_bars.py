"""What the stored rows say of the bars that they follow: the measure of every kept state."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.engines.state import States
from technic_pipeline.store.database import read_arrow
from technic_pipeline.store.values import (
    MANY_SYMBOLS,
    array_text,
    column,
    is_after,
    symbol_day_keys,
)


def agrees_with_rows(url: str, states: States) -> NDArray[np.bool_]:
    """Which states are of the number and the digest of bars that the row of their session has.

    `states` are sorted by symbol; those of 0 bars agree with nothing.
    """
    found = np.zeros(len(states), dtype=bool)
    asked = np.flatnonzero(states["bars"] > 0)
    if len(asked) == 0:
        return found
    symbol_id = states["symbol_id"][asked]
    session = states["session"][asked].astype("datetime64[D]")
    rows = _read_rows(url, symbol_id, session)
    wanted = symbol_day_keys(symbol_id, session)
    stored = symbol_day_keys(
        column(rows, "symbol_id"), column(rows, "session").astype("datetime64[D]")
    )
    _, ours, theirs = np.intersect1d(wanted, stored, assume_unique=True, return_indices=True)
    at = asked[ours]
    # Rows older than digests have none, and agree with nothing.
    known = rows["bars_digest"].is_valid().to_numpy()[theirs]
    digest = rows["bars_digest"].fill_null(0).to_numpy()[theirs]
    same_bars = states["bars"][at] == column(rows, "bars")[theirs]
    found[at] = known & same_bars & (states["digest"][at] == digest)
    return found


def split_since(
    url: str,
    symbol_id: NDArray[np.int32],
    session: NDArray[np.datetime64],
    newest: date,
) -> NDArray[np.bool_]:
    """Which symbols (sorted) have a known split after a session of each, by the newest one."""
    rows = read_arrow(url, "read_splits_since", [session.min().item(), newest])
    after = is_after(rows, "execution_date", symbol_id, session)
    return np.isin(symbol_id, column(rows, "symbol_id")[after])


def _read_rows(url: str, symbol_id: NDArray[np.int32], session: NDArray[np.datetime64]) -> pa.Table:
    """At least the rows asked for: for many symbols the whole sessions that most of them want."""
    days, of_day, counts = np.unique(session, return_inverse=True, return_counts=True)
    whole = counts >= MANY_SYMBOLS
    single = ~whole[of_day]
    listed = [array_text(symbol_id[single]), array_text(session[single])]
    tables = [read_arrow(url, "read_followed_bars", listed)] if single.any() else []
    if whole.any():
        bounds = [array_text(days[whole]), int(symbol_id[0]), int(symbol_id[-1])]
        tables.append(read_arrow(url, "read_followed_sessions", bounds))
    return pa.concat_tables(tables)
