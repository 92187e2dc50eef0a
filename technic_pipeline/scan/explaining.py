"""What made one symbol's rank, or left it out: worked out again from what the run was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.indicators.rating import MOVING_AVERAGE_VOTES, OSCILLATOR_VOTES
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.scan.definition import Direction, ScanDefinition
from technic_pipeline.scan.inputs import ScanInputs
from technic_pipeline.scan.scores import score, standing
from technic_pipeline.scan.universe import exclusion_reasons
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.values import read_history


@dataclass(frozen=True)
class ColumnStanding:
    """One column of a component: the symbol's value, and where that stands, 0 to 100."""

    column: str
    direction: Direction
    value: float
    standing: float


@dataclass(frozen=True)
class Standing:
    """A symbol within the universe: each weighted component's score and columns, and the score."""

    components: Mapping[str, tuple[float, tuple[ColumnStanding, ...]]]
    score: float


def standing_of(definition: ScanDefinition, inputs: ScanInputs, symbol_id: int) -> Standing | None:
    """Where a symbol stands by what is stored now; None when it is not in the universe."""
    reasons = exclusion_reasons(inputs, definition.universe)
    universe = np.flatnonzero(reasons.passed)
    found = np.flatnonzero(inputs.symbol_id[universe] == symbol_id)
    if len(found) == 0:
        return None
    at = int(found[0])
    values = {name: column[universe] for name, column in inputs.values.items()}
    scores = score(values, definition.components, definition.weights)
    columns = {c.name: c.columns for c in definition.components}
    components = {
        name: (
            float(scores.components[name][at]),
            tuple(
                ColumnStanding(
                    column, way, float(values[column][at]), float(standing(values[column], way)[at])
                )
                for column, way in columns[name]
            ),
        )
        for name, _ in definition.weights
    }
    return Standing(components, float(scores.score[at]))


def facts_of(inputs: ScanInputs, symbol_id: int) -> dict[str, float]:
    """What the universe's rules look at, of one symbol of the population; NaN where missing."""
    found = np.flatnonzero(inputs.symbol_id == symbol_id)
    if len(found) == 0:
        return {}
    at = int(found[0])
    facts = {name: float(column[at]) for name, column in inputs.values.items()}
    return facts | {
        "close": float(inputs.close[at]),
        "bars": float(inputs.bars[at]),
        "market_cap": float(inputs.market_cap[at]),
    }


def votes_of(
    url: str, calendar: Calendar, symbol_id: int, session: date
) -> dict[str, dict[str, float]]:
    """The votes on averages and on oscillators of one symbol in a session; NaN where missing."""
    history = read_history(url, np.array([symbol_id], dtype=np.int32), calendar)
    first = history.first_bar_from(np.array([session], dtype="datetime64[D]"))
    groups = {"averages": MOVING_AVERAGE_VOTES, "oscillators": OSCILLATOR_VOTES}
    names = {group: [vote.columns[0] for vote in votes] for group, votes in groups.items()}
    votes = [name for group in names.values() for name in group]
    rows = compute(Cpu(), history, first, REGISTRY, votes)
    cast = iter(rows.values[0].tolist()) if len(rows) else iter(())
    return {
        group: {name.removeprefix("vote_"): vote for name, vote in zip(columns, cast, strict=False)}
        for group, columns in names.items()
    }
