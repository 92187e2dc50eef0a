"""Reference data as typed values: splits, descriptions, changes of ticker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Split:
    """`split_from` old shares became `split_to` new ones before `execution_date` opened."""

    ticker: str
    execution_date: date
    split_from: float
    split_to: float
    source_id: str | None = None


@dataclass(frozen=True)
class SymbolDescription:
    """What a reference list says about a ticker today; None where it says nothing."""

    ticker: str
    name: str | None = None
    type: str | None = None
    exchange: str | None = None
    sector: str | None = None
    industry: str | None = None


@dataclass(frozen=True)
class TickerChange:
    """From `effective_date` on, the security that was `old_ticker` trades as `new_ticker`."""

    old_ticker: str
    new_ticker: str
    effective_date: date
