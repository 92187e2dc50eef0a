"""The ranked table of one scan of one session."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.scan.definition import ScanDefinition
from technic_pipeline.scan.inputs import PreviousRanks, ScanInputs
from technic_pipeline.scan.labels import rating_labels
from technic_pipeline.scan.percentiles import falling_order
from technic_pipeline.scan.scores import Scores, score
from technic_pipeline.scan.universe import exclusion_reasons
from technic_pipeline.scan.used_columns import (
    LEVEL_COLUMN,
    SHOWN_COLUMNS,
    SHOWN_COMPONENTS,
    used_columns,
    used_components,
)

NO_SCORE = "no_score"
UNKNOWN_SECTOR = "Unknown"


@dataclass(frozen=True)
class RankedScan:
    """Ranked symbols in rank order, everyone else with a reason, and a digest of what it is from.

    `columns` are those of `scan_results` from `rank` on, one entry a ranked symbol. A reason is a
    position in `reasons`.
    """

    definition: ScanDefinition
    session: date
    inputs_sha256: str
    population: int
    universe: int
    columns: Mapping[str, NDArray | pa.Array]
    excluded_symbol_id: NDArray[np.int32]
    excluded_code: NDArray[np.uint8]
    reasons: tuple[str, ...]
    previous_scan_run_id: int | None

    @property
    def ranked(self) -> int:
        """How many symbols have a rank."""
        return len(self.columns["rank"])

    @property
    def excluded_reason(self) -> NDArray[np.str_]:
        """Why each of `excluded_symbol_id` is left out, in words."""
        return np.array(self.reasons)[self.excluded_code]

    def ranks(self) -> PreviousRanks:
        """As the next session knows them."""
        return PreviousRanks(None, self.columns["symbol_id"], self.columns["rank"])

    def funnel(self) -> dict[str, int]:
        """How many symbols each reason left out, and how many are ranked; sums to `population`."""
        counts = np.bincount(self.excluded_code, minlength=len(self.reasons)).tolist()
        left_out = {word: n for word, n in zip(self.reasons, counts, strict=True) if n}
        return left_out | {"ranked": self.ranked}


def rank_scan(
    definition: ScanDefinition,
    inputs: ScanInputs,
    previous: PreviousRanks,
    arrays: ModuleType = np,
) -> RankedScan:
    """Filter, score and rank one session's population; `arrays`, NumPy or CuPy, sorts."""
    reasons = exclusion_reasons(inputs, definition.universe)
    universe = np.flatnonzero(reasons.passed)
    used = used_columns(definition)
    values = {name: inputs.values[name][universe] for name in used}
    scores = score(values, used_components(definition), definition.weights, arrays)
    code = reasons.code.copy()
    code[universe[np.isnan(scores.score)]] = len(reasons.words)
    # Of equal scores the ticker that is first in byte order comes first.
    order = falling_order(scores.score, inputs.ticker_place[universe], arrays)
    out = np.flatnonzero(code)
    return RankedScan(
        definition=definition,
        session=inputs.session,
        inputs_sha256=_digest(definition, inputs.sha256(used), previous),
        population=len(inputs),
        universe=len(universe),
        columns=_columns(definition, inputs, universe, scores, order, previous),
        excluded_symbol_id=inputs.symbol_id[out],
        excluded_code=code[out],
        reasons=(*reasons.words, NO_SCORE),
        previous_scan_run_id=previous.scan_run_id,
    )


def _columns(
    definition: ScanDefinition,
    inputs: ScanInputs,
    universe: NDArray[np.int64],
    scores: Scores,
    order: NDArray[np.int64],
    previous: PreviousRanks,
) -> dict[str, NDArray | pa.Array]:
    at = universe[order]
    rank = np.arange(1, len(at) + 1, dtype=np.int32)
    close, atr = inputs.close[at], inputs.values[LEVEL_COLUMN][at]
    sector = inputs.sector.fill_null(UNKNOWN_SECTOR).take(pa.array(at))
    before = previous.of(inputs.symbol_id[at])
    return {
        "rank": rank,
        "symbol_id": inputs.symbol_id[at],
        "ticker": inputs.ticker.take(pa.array(at)),
        "name": inputs.name.take(pa.array(at)),
        "sector": sector,
        "industry": inputs.industry.take(pa.array(at)),
        "close": close,
        "volume": inputs.volume[at],
        **{name: inputs.values[name][at] for name in SHOWN_COLUMNS if name != "rs_rating"},
        "market_cap": inputs.market_cap[at],
        "rating_label": rating_labels(inputs.values["tech_rating"][at]),
        "rs_rating": _whole(inputs.values["rs_rating"][at]),
        **{f"{name}_score": scores.components[name][order] for name in SHOWN_COMPONENTS},
        "score": scores.score[order],
        "contributions": scores.contributions[order],
        "sector_rank": _rank_within(sector),
        "previous_rank": _whole(before),
        "rank_change": _whole(before - rank),
        "entry": close,
        "stop": close - definition.levels.stop_atr * atr,
        "target": close + definition.levels.target_atr * atr,
    }


def _whole(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, from_pandas=True).cast(pa.int32())


def _rank_within(groups: pa.Array) -> NDArray[np.int32]:
    """Position from 1 of each row among the rows of its group, in the order given."""
    codes = groups.dictionary_encode().indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    first = np.searchsorted(ordered, ordered)
    ranks = np.empty(len(codes), dtype=np.int32)
    ranks[order] = np.arange(len(codes)) - first + 1
    return ranks


def _digest(definition: ScanDefinition, inputs_sha256: str, previous: PreviousRanks) -> str:
    digest = hashlib.sha256(definition.sha256().encode())
    digest.update(inputs_sha256.encode())
    for numbers in (previous.symbol_id, previous.rank):
        digest.update(np.ascontiguousarray(numbers).tobytes())
    return digest.hexdigest()
