"""Stored bars against the payloads from which they came, read once more and merged by ticker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from technic_pipeline.errors import TechnicError
from technic_pipeline.sources import SessionBars
from technic_pipeline.sources.payloads import KeptPayload
from technic_pipeline.store.database import engine_for, read_arrow
from technic_pipeline.store.payloads import StoredBatch, read_batches
from technic_pipeline.store.validation import judge

EXAMPLES = 10
PRICES_AND_VOLUME = ["open", "high", "low", "close", "volume"]
# Where they are missing, what an earlier batch said stays.
OPTIONAL = ["vwap", "transactions"]
VALUES = [*PRICES_AND_VOLUME, *OPTIONAL]


@dataclass
class RebuiltBars:
    """How many sessions were rebuilt from how many payloads, and what was found.

    A session of which a payload is not kept is left out; `damaged` payloads are other bytes than
    those received, or no bars can be read from them.
    """

    sessions: int = 0
    payloads: int = 0
    bars: int = 0
    left_out: int = 0
    damaged: int = 0
    different: int = 0
    missing: int = 0
    surplus: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Payloads and bars that are not what they should be."""
        return self.damaged + self.different + self.missing + self.surplus

    def example(self, lines: Iterable[str]) -> None:
        """Keep some, if there are not enough yet."""
        self.examples += list(lines)[: EXAMPLES - len(self.examples)]


def verify_bars(url: str) -> RebuiltBars:
    """Rebuild every session whose payloads are kept, and compare it with `daily_bars`."""
    found = RebuiltBars()
    for session, batches in read_batches(engine_for(url)):
        payloads = [(batch, batch.payload) for batch in batches if batch.payload is not None]
        if len(payloads) < len(batches):
            found.left_out += 1
            continue
        read = [_read_again(batch, payload, found) for batch, payload in payloads]
        bars = [each for each in read if each is not None]
        if len(bars) == len(batches):
            found.sessions += 1
            found.payloads += len(bars)
            _compare(session, merged(bars), _stored(url, session), found)
    return found


def bars_of(payload: KeptPayload, session: date) -> SessionBars:
    """The bars of a session, read from what was received.

    Raises:
        TechnicError: it is no payload of its format.
        ValueError: it cannot be decompressed.
    """
    # Imported here: who has only day files needs no client of the vendor.
    if payload.format == "day_file":
        from technic_pipeline.sources.flatfiles import day_file_bars  # noqa: PLC0415

        return day_file_bars(session, "the kept payload", payload.received())
    from technic_pipeline.sources.massive import grouped  # noqa: PLC0415

    return grouped.session_bars(session, grouped.read_payload(payload.received()))


def merged(batches: Sequence[SessionBars]) -> pd.DataFrame:
    """What a session's batches come to, one after the other: a row a ticker.

    A bar stays when a batch has it in a row that is rejected, and goes when a batch lacks it.
    """
    stored = pd.DataFrame(columns=VALUES, dtype=np.float64)
    for bars in batches:
        verdict = judge(bars)
        rejected = bars.ticker.take(pa.array(verdict.rejected)).to_pylist()
        told = _frame(bars).iloc[verdict.accepted]
        before = stored.reindex(told.index)
        told = told.fillna({name: before[name] for name in OPTIONAL})
        stays = stored.index.isin(rejected) & ~stored.index.isin(told.index)
        stored = pd.concat([told, stored.loc[stays]]) if stays.any() else told
    return stored


def _frame(bars: SessionBars) -> pd.DataFrame:
    columns = {name: getattr(bars, name) for name in VALUES}
    return pd.DataFrame(columns, index=bars.ticker.to_pylist()).assign(
        transactions=np.rint(bars.transactions)
    )


def _read_again(batch: StoredBatch, payload: KeptPayload, found: RebuiltBars) -> SessionBars | None:
    try:
        return _bars_as_stored(batch, payload)
    except (TechnicError, ValueError) as problem:
        found.damaged += 1
        found.example([f"payload of batch {batch.batch_id}, {batch.session}: {problem}"])
        return None


def _bars_as_stored(batch: StoredBatch, payload: KeptPayload) -> SessionBars:
    if hashlib.sha256(payload.received()).hexdigest() != batch.payload_sha256:
        raise ValueError("other bytes than those received")
    bars = bars_of(payload, batch.session)
    if bars.content_sha256() != batch.content_sha256:
        raise ValueError("its rows are not those that were stored")
    return bars


def _stored(url: str, session: date) -> pd.DataFrame:
    return read_arrow(url, "read_stored_session", [session]).to_pandas().set_index("ticker")


def _compare(
    session: date, rebuilt: pd.DataFrame, stored: pd.DataFrame, found: RebuiltBars
) -> None:
    missing, surplus = (
        one.index.difference(other.index) for one, other in ((rebuilt, stored), (stored, rebuilt))
    )
    both = rebuilt.index.intersection(stored.index)
    ours, theirs = (frame.loc[both, VALUES].to_numpy(np.float64) for frame in (rebuilt, stored))
    other = both[~((ours == theirs) | (np.isnan(ours) & np.isnan(theirs))).all(axis=1)]
    found.bars += len(both)
    found.missing += len(missing)
    found.surplus += len(surplus)
    found.different += len(other)
    for what, tickers in (("missing", missing), ("too many", surplus), ("different", other)):
        found.example(f"{ticker}, {session}: {what}" for ticker in tickers)
