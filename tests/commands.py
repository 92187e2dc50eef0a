"""What a command of the tests is and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

TICKERS = ["AAA", "BRK.B", "KIMpL", "NA", "NULL", "TRUE", "ZED"]


@dataclass(frozen=True)
class Finished:
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


Technic = Callable[..., Finished]
