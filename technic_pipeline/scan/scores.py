"""Components, weighted scores, and what each component contributed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.scan.definition import Component, Direction
from technic_pipeline.scan.percentiles import percentiles


@dataclass(frozen=True)
class Scores:
    """One entry a symbol of the universe.

    `components[name]` is 0 to 100, NaN where no column of it is present. `contributions[symbol, i]`
    are points of the i-th weight, NaN where the component is missing; `score` is their sum from
    left to right, NaN where all are missing.
    """

    components: Mapping[str, NDArray[np.float64]]
    contributions: NDArray[np.float64]
    score: NDArray[np.float64]


def score(
    values: Mapping[str, NDArray[np.float64]],
    components: Sequence[Component],
    weights: Sequence[tuple[str, float]],
    arrays: ModuleType = np,
) -> Scores:
    """Score the symbols whose values are given, against each other.

    Percentiles are worked out by `arrays`, NumPy or CuPy.
    """
    found = {c.name: component_score(values, c.columns, arrays) for c in components}
    weighted = np.column_stack([found[name] for name, _ in weights])
    weight = np.where(np.isnan(weighted), 0.0, [w for _, w in weights])
    total = _sum_from_left(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        contributions = np.array([w for _, w in weights]) * weighted / total[:, None]
    points = _sum_from_left(np.where(np.isnan(contributions), 0.0, contributions))
    return Scores(found, contributions, np.where(total > 0.0, points, np.nan))


def component_score(
    values: Mapping[str, NDArray[np.float64]],
    columns: Sequence[tuple[str, Direction]],
    arrays: ModuleType = np,
) -> NDArray[np.float64]:
    """Mean of where the columns stand, 0 to 100; missing ones leave the mean."""
    places = np.column_stack([standing(values[name], way, arrays) for name, way in columns])
    present = ~np.isnan(places)
    count = present.sum(axis=1)
    total = _sum_from_left(np.where(present, places, 0.0))
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)


def standing(
    values: NDArray[np.float64], direction: Direction, arrays: ModuleType = np
) -> NDArray[np.float64]:
    """Percentiles within the values given, larger or smaller ones higher; or the values as is."""
    if direction == "as_is":
        return values
    return percentiles(values if direction == "rising" else -values, arrays)


def _sum_from_left(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row sums in column order; NumPy's own sum may pair the terms otherwise."""
    total = np.zeros(len(columns))
    for column in columns.T:
        total = total + column
    return total
