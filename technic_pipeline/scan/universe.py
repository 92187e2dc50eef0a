"""Who is ranked, and for everyone else the first rule that left it out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.scan.definition import UniverseRules
from technic_pipeline.scan.inputs import ScanInputs
from technic_pipeline.scan.used_columns import JUMP_COLUMN, LIQUIDITY_COLUMN

PASSED = ""
# Of fewer, one core judges all before the others have begun.
SYMBOLS_WORTH_THREADS = 300_000
CORES = os.cpu_count() or 1
NO_RULE = np.uint8(255)


@dataclass(frozen=True)
class Reasons:
    """For each symbol the position in `words` of what excludes it, 0 where nothing does."""

    code: NDArray[np.uint8]
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
    """As `reasons_in_one_pass`, on all cores where there are enough symbols for that to pay."""
    if len(inputs) < SYMBOLS_WORTH_THREADS:
        return reasons_in_one_pass(inputs, rules)
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(partial(reasons_in_one_pass, rules=rules), inputs.parts(CORES)))
    return Reasons(np.concatenate([part.code for part in parts]), parts[0].words)


def reasons_in_one_pass(inputs: ScanInputs, rules: UniverseRules) -> Reasons:
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
    first = np.full(len(inputs), NO_RULE)
    for number, rule in enumerate(excluded.values(), 1):
        # The number where the rule excludes, all bits set where it does not: no branch a symbol.
        np.minimum(first, (rule.view(np.uint8) - np.uint8(1)) | np.uint8(number), out=first)
    return Reasons(np.where(first == NO_RULE, np.uint8(0), first), (PASSED, *excluded))


def _below(values: NDArray, bound: float | None) -> NDArray[np.bool_]:
    return np.zeros(len(values), dtype=bool) if bound is None else values < bound


def _market_cap_fails(market_cap: NDArray[np.float64], rules: UniverseRules) -> NDArray[np.bool_]:
    if rules.min_market_cap is None:
        return np.zeros(len(market_cap), dtype=bool)
    unknown = np.isnan(market_cap) & (not rules.keep_unknown_market_cap)
    return _below(market_cap, rules.min_market_cap) | unknown


def _type_passes(types: pa.DictionaryArray, rules: UniverseRules) -> NDArray[np.bool_]:
    """Judged once a word, not once a symbol."""
    words = types.dictionary.to_pylist()
    passes = [not rules.types or word in rules.types for word in words]
    unknown = len(words)
    return np.array([*passes, rules.keep_unknown_type])[types.indices.fill_null(unknown).to_numpy()]
