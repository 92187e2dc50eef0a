"""A list of ratios in the vendor's shape, decoded into typed values."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from technic_pipeline.bounded import read_file
from technic_pipeline.errors import MalformedInput
from technic_pipeline.sources.listings import LARGEST_LIST, Text
from technic_pipeline.sources.reference import RATIO_METRICS, Ratios

# One entry of /stocks/financials/v1/ratios, and a page of them.
RatioRecord = msgspec.defstruct(
    "RatioRecord",
    [("ticker", Text), ("date", date), *((name, float | None, None) for name in RATIO_METRICS)],
)
RatiosReply = msgspec.defstruct("RatiosReply", [("results", list[RatioRecord])])


def read_ratios(path: Path) -> list[Ratios]:
    """The ratios of a ratios.json, in its order; a number that is not finite is None.

    Raises:
        MalformedInput: the file is not JSON of the vendor's shape; names the place in it.
    """
    try:
        # Not msgspec's decoder: programs write NaN and Infinity, which it refuses as no JSON.
        reply: Any = msgspec.convert(json.loads(read_file(path, LARGEST_LIST)), RatiosReply)
    except (ValueError, RecursionError) as error:
        raise MalformedInput(path, str(error)) from None
    return [
        Ratios(r.ticker, r.date, **{name: _finite(getattr(r, name)) for name in RATIO_METRICS})
        for r in reply.results
    ]


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
