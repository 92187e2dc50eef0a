"""How a symbol's year compares with everyone else's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from technic_pipeline.scan.percentiles import percentiles

# A fund's or a derivative's year says nothing about how a share stands among shares.
NOT_COMPARED = ("ETF", "FUND", "WARRANT", "UNIT", "RIGHT", "PFD")
LEAST_BARS = 253
WEIGHTS = {"perf_3m": 0.4, "perf_6m": 0.2, "perf_9m": 0.2, "perf_1y": 0.2}


def rs_ratings(
    types: pa.Array | pa.ChunkedArray,
    bars: NDArray[np.int32],
    values: Mapping[str, NDArray[np.float64]],
) -> NDArray[np.float64]:
    """1 to 99 for every symbol compared, NaN for the others; one entry a symbol.

    1 + floor(0.98 p), p the percentile of 0.4 perf_3m + 0.2 perf_6m + 0.2 perf_9m + 0.2 perf_1y
    over all symbols with a bar in the session, 253 bars, and a type that is a share's or unknown.
    """
    other = pc.is_in(types, pa.array(NOT_COMPARED, pa.string()))  # pyright: ignore[reportAttributeAccessIssue] - made on import
    compared = (bars >= LEAST_BARS) & ~other.to_numpy(zero_copy_only=False)
    year = np.zeros(len(bars))
    for column, weight in WEIGHTS.items():
        year = year + weight * values[column]
    return 1.0 + np.floor(0.98 * percentiles(np.where(compared, year, np.nan)))
