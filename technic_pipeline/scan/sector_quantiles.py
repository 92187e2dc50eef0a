"""Quantiles of every metric in every sector, for people and for the table `sector_statistics`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.scan.fundamentals import METRICS, SECTORS, SectorDistributions

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}
MARKET = "Market"


def quantile_columns(
    distributions: SectorDistributions,
) -> Mapping[str, NDArray | pa.Array]:
    """Columns of `sector_statistics`: a row for each metric and sector that has values.

    The whole market stands behind the sectors. Quantiles lie between the two nearest values in
    proportion; `symbols` is how many have the metric.
    """
    metrics = range(len(METRICS))
    sizes = np.diff(distributions.start).reshape(len(METRICS), len(SECTORS))
    sizes = np.column_stack([sizes, sizes.sum(axis=1)])
    values = np.concatenate(
        [
            part
            for metric in metrics
            for part in (*_sectors(distributions, metric), distributions.of_market(metric))
        ]
    )
    metric, sector = np.nonzero(sizes)
    size = sizes[metric, sector]
    first = np.cumsum(size) - size
    return {
        "sector": pa.array(np.array([*SECTORS, MARKET])[sector], pa.string()),
        "metric": pa.array(np.array([m.name for m in METRICS])[metric], pa.string()),
        "symbols": size.astype(np.int32),
        **{name: _quantile(values, first, size, share) for name, share in QUANTILES.items()},
    }


def _sectors(distributions: SectorDistributions, metric: int) -> list[NDArray[np.float64]]:
    return [distributions.of_sector(metric, sector) for sector in range(len(SECTORS))]


def _quantile(
    values: NDArray[np.float64], first: NDArray[np.int64], size: NDArray[np.int64], share: float
) -> NDArray[np.float64]:
    place = share * (size - 1)
    below = np.floor(place).astype(np.int64)
    lower = values[first + below]
    upper = values[first + np.minimum(below + 1, size - 1)]
    return lower + (upper - lower) * (place - below)
