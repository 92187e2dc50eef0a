"""What a scan of one session is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.indicators.registry import STORED_COLUMNS

# What components and rules may name: the stored indicators, and what compares symbols.
SCAN_COLUMNS = (*STORED_COLUMNS, "rs_rating", "fundamental_score")


@dataclass(frozen=True)
class ScanInputs:
    """The population: every symbol with a bar in the last sessions, one entry each, by symbol_id.

    `traded` says whether it has a bar in the session itself; where it has none, `close`, `volume`
    and the indicators are NaN. `values` holds `SCAN_COLUMNS`, `bars` the symbol's bars so far.
    """

    session: date
    symbol_id: NDArray[np.int32]
    ticker: pa.StringArray
    name: pa.StringArray
    type: pa.StringArray
    sector: pa.StringArray
    industry: pa.StringArray
    traded: NDArray[np.bool_]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    bars: NDArray[np.int32]
    market_cap: NDArray[np.float64]
    values: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.symbol_id)

    def sha256(self) -> str:
        """A digest of everything in here; taken once, however many scans ask."""
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        digest = hashlib.sha256(str(self.session).encode())
        for numbers in (
            self.symbol_id,
            self.traded,
            self.close,
            self.volume,
            self.bars,
            self.market_cap,
        ):
            digest.update(np.ascontiguousarray(numbers).tobytes())
        for name, column in self.values.items():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(column).tobytes())
        for text in (self.ticker, self.name, self.type, self.sector, self.industry):
            # A mark after every entry, so that no two columns of text run into the same bytes.
            marked = ("\1\0" if t is None else t + "\0" for t in text.to_pylist())
            digest.update("".join(marked).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class PreviousRanks:
    """The preceding session's newest version: which run, and the rank of each of its symbols."""

    scan_run_id: int | None
    symbol_id: NDArray[np.int32]
    rank: NDArray[np.int32]

    def of(self, symbol_id: NDArray[np.int32]) -> NDArray[np.float64]:
        """Each symbol's previous rank, NaN where it had none."""
        found = np.full(len(symbol_id), np.nan)
        _, here, there = np.intersect1d(symbol_id, self.symbol_id, return_indices=True)
        found[here] = self.rank[there]
        return found
