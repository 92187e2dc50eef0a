"""Populations made up for tests: everyone passes every rule unless a test says otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from technic_pipeline.scan.definition import Component, Levels, ScanDefinition, UniverseRules
from technic_pipeline.scan.inputs import SCAN_COLUMNS, PreviousRanks, ScanInputs

SESSION = date(2016, 12, 30)
TEXTS = ("ticker", "name", "sector", "industry")
MEMBER: dict[str, Any] = {
    **dict.fromkeys(SCAN_COLUMNS, 1.0),
    "bars_since_jump": math.nan,
    "dollar_volume_20": 1_000_000.0,
    "name": None,
    "type": "CS",
    "sector": "Energy",
    "industry": None,
    "traded": True,
    "close": 10.0,
    "volume": 5_000.0,
    "bars": 300,
    "market_cap": 1e9,
}
NOBODY = PreviousRanks(None, np.array([], dtype=np.int32), np.array([], dtype=np.int32))
ABSENT = {"traded": False, "close": math.nan, **dict.fromkeys(SCAN_COLUMNS, math.nan)}


def population(members: Sequence[dict[str, Any]]) -> ScanInputs:
    """Symbols 1, 2, … with tickers T1, T2, …, and what each member says differently."""
    rows = [{**MEMBER, "ticker": f"T{at}", **m} for at, m in enumerate(members, 1)]

    def column(name: str, dtype: Any = np.float64) -> Any:
        return np.array([row[name] for row in rows], dtype=dtype)

    return ScanInputs(
        session=SESSION,
        symbol_id=np.arange(1, len(rows) + 1, dtype=np.int32),
        **{name: pa.array([row[name] for row in rows], pa.string()) for name in TEXTS},
        type=pa.array([row["type"] for row in rows], pa.string()).dictionary_encode(),
        traded=column("traded", np.bool_),
        close=column("close"),
        volume=column("volume"),
        bars=column("bars", np.int32),
        market_cap=column("market_cap"),
        values={name: column(name) for name in SCAN_COLUMNS},
    )


def previous(ranks: dict[int, int], run: int | None = 7) -> PreviousRanks:
    """The ranks that some symbols had the session before."""
    return PreviousRanks(
        run, np.array(list(ranks), dtype=np.int32), np.array(list(ranks.values()), dtype=np.int32)
    )


def definition(**changes: Any) -> ScanDefinition:
    """A scan without rules that ranks by perf_1m alone, the higher the better."""
    shown = ("trend", "volume", "volatility", "fundamental")
    facts: dict[str, Any] = {
        "name": "plain",
        "description": "",
        "universe": UniverseRules(),
        "components": (
            Component("momentum", (("perf_1m", "rising"),)),
            *(Component(name, (("perf_3m", "rising"),)) for name in shown),
        ),
        "weights": (("momentum", 1.0),),
        "levels": Levels(),
    }
    return ScanDefinition(**facts | changes)
