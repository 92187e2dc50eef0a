"""Who is ranked, and for everyone else the first rule that left it out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from technic_pipeline.scan.definition import UniverseRules
from technic_pipeline.scan.inputs import ScanInputs
from technic_pipeline.scan.used_columns import JUMP_COLUMN, LIQUIDITY_COLUMN

PASSED = ""


@dataclass(frozen=True)
class Reasons:
    """For each symbol the position in `words` of what excludes it, 0 where nothing does."""

    code: NDArray[np.int8]
    words: tuple[str, ...]

    def __getitem__(self, symbol: int) -> str:
        return self.words[self.code[symbol]]

    @property
    def passed(self) -> NDArray[np.bool_]:
        """Who is in the universe."""
        return self.code == 0

    def tolist(self) -> list[str]:
        """In words, one entry a symbol."""
        return np.array(self.words)[self.code].tolist()


def exclusion_reasons(inputs: ScanInputs, rules: UniverseRules) -> Reasons:
    """For each symbol the reason code of the first rule that excludes it, "" where none does.

    What a rule does with a missing value: `type` asks `keep_unknown_type` and `market_cap`
    `keep_unknown_market_cap`; `liquidity` lets a symbol pass that is too young to have the average
    (`history` then judges its age); a column that the close must be above, or that must be present,
    excludes where it is missing; every rule without a bound lets everyone pass.
    """
    # Comparisons with NaN are False: a missing value never excludes.
    excluded = {
        "no_bar": ~inputs.traded,
        "type": ~_type_passes(inputs.type, rules),
        "price": _below(inputs.close, rules.min_price),
        "liquidity": _below(inputs.values[LIQUIDITY_COLUMN], rules.min_dollar_volume_20),
        "history": _below(inputs.bars, rules.min_bars),
        "unexplained_jump": _below(inputs.values[JUMP_COLUMN], rules.jump_bars),
        "market_cap": _market_cap_fails(inputs.market_cap, rules),
        **{f"not_above_{name}": ~(inputs.close > inputs.values[name]) for name in rules.above},
        **{f"no_{name}": np.isnan(inputs.values[name]) for name in rules.present},
    }
    code = np.zeros(len(inputs), dtype=np.int8)
    # Backwards, so that the first rule has the last word.
    for number, rule in reversed(list(enumerate(excluded.values(), 1))):
        code[rule] = number
    return Reasons(code, (PASSED, *excluded))


def _below(values: NDArray, bound: float | None) -> NDArray[np.bool_]:
    return np.zeros(len(values), dtype=bool) if bound is None else values < bound


def _market_cap_fails(market_cap: NDArray[np.float64], rules: UniverseRules) -> NDArray[np.bool_]:
    if rules.min_market_cap is None:
        return np.zeros(len(market_cap), dtype=bool)
    unknown = np.isnan(market_cap) & (not rules.keep_unknown_market_cap)
    return _below(market_cap, rules.min_market_cap) | unknown


def _type_passes(types: pa.StringArray, rules: UniverseRules) -> NDArray[np.bool_]:
    unknown = types.is_null().to_numpy(zero_copy_only=False)
    if not rules.types:
        return rules.keep_unknown_type | ~unknown
    listed = pc.is_in(types, pa.array(rules.types, pa.string()))  # pyright: ignore[reportAttributeAccessIssue] - made on import
    return listed.to_numpy(zero_copy_only=False) | (unknown & rules.keep_unknown_type)
