"""Day files written out for a test, in the vendor's layout."""

from __future__ import annotations

from datetime import date
from pathlib import Path

SESSION = date(2015, 3, 20)
HEADER = "ticker,volume,open,close,high,low,window_start,transactions"
# Midnight in New York on the session, in nanoseconds.
MIDNIGHT = 1426824000000000000
ROW = f"A,2216600,42.39,42.21,42.53,42.2,{MIDNIGHT},17"


def day_file(root: Path, session: date = SESSION) -> Path:
    """Where the file of a session belongs; its folder is there."""
    path = root / f"us_stocks_sip/day_aggs_v1/{session:%Y/%m/%Y-%m-%d}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def lines(*rows: str, header: str = HEADER) -> bytes:
    """The text of a file."""
    return ("\n".join((header, *rows)) + "\n").encode()
