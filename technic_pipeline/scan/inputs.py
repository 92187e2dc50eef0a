"""What a scan of one session is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from technic_pipeline.flat_text import flat_text
from technic_pipeline.indicators.registry import STORED_COLUMNS

# What components and rules may name: the stored indicators, and what compares symbols.
SCAN_COLUMNS = (*STORED_COLUMNS, "rs_rating", "fundamental_score")


@dataclass(frozen=True)
class ScanInputs:
    """The population: every symbol with a bar in the last sessions, one entry each, by symbol_id.

    `traded` says whether it has a bar in the session itself; where it has none, `close`, `volume`
    and the indicators are NaN. `values` holds those of `SCAN_COLUMNS` that were asked for, `bars`
    the symbol's bars so far; of types there are few words, which `type` has apart.
    """

    session: date
    symbol_id: NDArray[np.int32]
    ticker: pa.StringArray
    name: pa.StringArray
    type: pa.DictionaryArray
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

    def parts(self, count: int) -> Iterator[ScanInputs]:
        """The population in so many parts of about the same size."""
        bounds = np.linspace(0, len(self), count + 1).astype(int).tolist()
        own = [each.name for each in fields(self) if each.name not in ("session", "values")]
        for begin, end in pairwise(bounds):
            yield replace(
                self,
                values={name: column[begin:end] for name, column in self.values.items()},
                **{name: getattr(self, name)[begin:end] for name in own},
            )

    def sha256(self, columns: Sequence[str] | None = None) -> str:
        """A digest of everything in here, or of only these of `values` and everything else."""
        digest = hashlib.sha256(self._facts_sha256)
        for name in columns or self.values:
            digest.update(name.encode())
            digest.update(self._column_sha256(name))
        return digest.hexdigest()

    @cached_property
    def ticker_place(self) -> NDArray[np.int64]:
        """Where each ticker stands in byte order."""
        return pc.rank(self.ticker, tiebreaker="first").to_numpy()  # pyright: ignore[reportAttributeAccessIssue] - made on import

    @cached_property
    def _facts_sha256(self) -> bytes:
        digest = hashlib.sha256(str(self.session).encode())
        for numbers in (
            self.symbol_id,
            self.traded,
            self.close,
            self.volume,
            self.bars,
            self.market_cap,
        ):
            digest.update(numbers.tobytes())
        for column in (self.ticker, self.name, self.type, self.sector, self.industry):
            # With its places, so that no two columns of text run into the same bytes.
            text = flat_text(column)
            for part in (text.null, text.offset, text.letters):
                digest.update(part.tobytes())
        return digest.digest()

    @cached_property
    def _column_digests(self) -> dict[str, bytes]:
        return {}

    def _column_sha256(self, name: str) -> bytes:
        """Taken once, however many scans ask."""
        known = self._column_digests
        if name not in known:
            known[name] = hashlib.sha256(self.values[name].tobytes()).digest()
        return known[name]


@dataclass(frozen=True)
class PreviousRanks:
    """The preceding session's newest version: which run, and the rank of each of its symbols."""

    scan_run_id: int | None
    symbol_id: NDArray[np.int32]
    rank: NDArray[np.int32]

    def of(self, symbol_id: NDArray[np.int32]) -> NDArray[np.float64]:
        """Each symbol's previous rank, NaN where it had none."""
        rank_of = np.full(max(symbol_id.max(initial=0), self.symbol_id.max(initial=0)) + 1, np.nan)
        rank_of[self.symbol_id] = self.rank
        return rank_of[symbol_id]
