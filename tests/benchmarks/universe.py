"""Who is left out and why: in one pass over columns, and symbol by symbol in other processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.scan.definition import UniverseRules, load_definitions
from technic_pipeline.scan.inputs import SCAN_COLUMNS, ScanInputs
from technic_pipeline.scan.universe import PASSED, exclusion_reasons
from technic_pipeline.settings import Settings
from tests.benchmarks.clock import side_by_side
from tests.benchmarks.scale import Scale
from tests.benchmarks.verdict import CaseReport, faster, within

SYMBOLS = 12_000
PROCESSES = 4
# A few a process, so that none waits long for another's last.
CHUNKS_A_PROCESS = 4
MILLISECONDS = 1e3


class Member(NamedTuple):
    """What the rules read of one symbol; NaN and None are missing."""

    traded: bool
    type: str | None
    close: float
    bars: int
    market_cap: float
    values: dict[str, float]


def measure(scale: Scale) -> CaseReport:
    """The default scan's rules; the processes are there and hold the code before the clock runs."""
    rules = load_definitions(Settings(scans=None, scans_dir=None))[DEFAULT_SCAN].universe
    inputs = random_population(scale.symbols or SYMBOLS)
    members = members_of(inputs, rules)
    with get_context("spawn").Pool(PROCESSES) as pool:
        by_pool = _reasons_by_pool(pool, members, rules)
        assert by_pool == exclusion_reasons(inputs, rules).tolist(), "the predicates differ"
        in_one_pass, of_pool = side_by_side(
            [
                partial(exclusion_reasons, inputs, rules),
                partial(_reasons_by_pool, pool, members, rules),
            ],
            5 * scale.repetitions,
        )
    return CaseReport(
        case="universe",
        work=f"{len(inputs):,} symbols, the rules of '{DEFAULT_SCAN}'",
        verdicts=(
            within("one pass", in_one_pass * MILLISECONDS, "ms", 5.0),
            faster(
                "one pass",
                in_one_pass * MILLISECONDS,
                "ms",
                f"a pool of {PROCESSES} processes",
                of_pool * MILLISECONDS,
                times=50.0,
            ),
        ),
        raw={
            "seconds": in_one_pass,
            "pool_seconds": of_pool,
            "left_out": len(by_pool) - by_pool.count(PASSED),
        },
    )


def random_population(symbols: int) -> ScanInputs:
    """A market in which every rule leaves some out and some values are missing."""
    chance = np.random.default_rng(1)

    def number(median: float, missing: float) -> np.ndarray:
        drawn = median * chance.lognormal(0.0, 1.5, symbols)
        return np.where(chance.random(symbols) < missing, np.nan, drawn)

    kinds = np.array(["CS", "ETF", "ADRC", "WARRANT", None], dtype=object)
    types = kinds[chance.choice(len(kinds), symbols, p=[0.55, 0.25, 0.05, 0.05, 0.1])]
    traded = chance.random(symbols) < 0.97
    text = pa.array([f"S{at}" for at in range(symbols)], pa.string())
    values = {name: number(30.0, 0.05) for name in SCAN_COLUMNS}
    values["dollar_volume_20"] = number(1_000_000.0, 0.05)
    values["bars_since_jump"] = np.floor(number(200.0, 0.9))
    return ScanInputs(
        session=date(2016, 12, 30),
        symbol_id=np.arange(symbols, dtype=np.int32),
        ticker=text,
        name=text,
        type=pa.array(types.tolist(), pa.string()).dictionary_encode(),
        sector=text,
        industry=text,
        traded=traded,
        close=np.where(traded, number(20.0, 0.0), np.nan),
        volume=number(10_000.0, 0.0),
        bars=chance.integers(1, 500, symbols).astype(np.int32),
        market_cap=number(1e9, 0.2),
        values=values,
    )


def members_of(inputs: ScanInputs, rules: UniverseRules) -> list[Member]:
    """The population symbol by symbol, with no more of it than the rules read."""
    read = {"dollar_volume_20", "bars_since_jump", *rules.above, *rules.present}
    values = {name: inputs.values[name].tolist() for name in sorted(read)}
    rows = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    columns = (inputs.traded, inputs.close, inputs.bars, inputs.market_cap)
    traded, close, bars, market_cap = (column.tolist() for column in columns)
    types = inputs.type.to_pylist()
    return [
        Member(*member) for member in zip(traded, types, close, bars, market_cap, rows, strict=True)
    ]


def reason_of(rules: UniverseRules, member: Member) -> str:  # noqa: PLR0911 - the fastest form
    """The first rule that leaves the symbol out, as `exclusion_reasons` says it."""
    values = member.values
    if not member.traded:
        return "no_bar"
    if not _type_passes(rules, member.type):
        return "type"
    for reason, value, bound in (
        ("price", member.close, rules.min_price),
        ("liquidity", values["dollar_volume_20"], rules.min_dollar_volume_20),
        ("history", member.bars, rules.min_bars),
        ("unexplained_jump", values["bars_since_jump"], rules.jump_bars),
        ("market_cap", member.market_cap, rules.min_market_cap),
    ):
        if bound is not None and value < bound:
            return reason
    unknown = rules.min_market_cap is not None and math.isnan(member.market_cap)
    if unknown and not rules.keep_unknown_market_cap:
        return "market_cap"
    for name in rules.above:
        if not member.close > values[name]:
            return f"not_above_{name}"
    for name in rules.present:
        if math.isnan(values[name]):
            return f"no_{name}"
    return PASSED


def _type_passes(rules: UniverseRules, kind: str | None) -> bool:
    if kind is None:
        return rules.keep_unknown_type
    return not rules.types or kind in rules.types


def _reasons_by_pool(pool: Pool, members: Sequence[Member], rules: UniverseRules) -> list[str]:
    size = math.ceil(len(members) / (PROCESSES * CHUNKS_A_PROCESS))
    return pool.map(partial(reason_of, rules), members, chunksize=size)
