"""Who is ranked, and for everyone else the first rule that left it out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.scan.definition import UniverseRules
from technic_pipeline.scan.inputs import ScanInputs

PASSED = ""


def exclusion_reasons(inputs: ScanInputs, rules: UniverseRules) -> NDArray[np.str_]:
    """For each symbol the reason code of the first rule that excludes it, "" where none does.

    What a rule does with a missing value: `type` asks `keep_unknown_type` and `market_cap`
    `keep_unknown_market_cap`; `liquidity` lets a symbol pass that is too young to have the average
    (`history` then judges its age); a column that the close must be above, or that must be present,
    excludes where it is missing; every rule without a bound lets everyone pass.
    """
    liquidity = inputs.values["dollar_volume_20"]
    since_jump = inputs.values["bars_since_jump"]
    # Comparisons with NaN are False: a missing value never excludes.
    excluded = {
        "no_bar": ~inputs.traded,
        "type": ~_type_passes(inputs.type, rules),
        "price": _below(inputs.close, rules.min_price),
        "liquidity": _below(liquidity, rules.min_dollar_volume_20),
        "history": _below(inputs.bars, rules.min_bars),
        "unexplained_jump": _below(since_jump, rules.jump_bars),
        "market_cap": _market_cap_fails(inputs.market_cap, rules),
        **{f"not_above_{name}": ~(inputs.close > inputs.values[name]) for name in rules.above},
        **{f"no_{name}": np.isnan(inputs.values[name]) for name in rules.present},
    }
    return np.select(list(excluded.values()), list(excluded), default=PASSED)


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
    listed = np.isin(np.array(types.to_pylist(), dtype=object), rules.types)
    return listed | (unknown & rules.keep_unknown_type)
