"""Reference data as typed values: splits, descriptions, changes of ticker, ratios."""

from __future__ import annotations

from dataclasses import dataclass, fields
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
    """What a reference list says about a ticker today; None where it says nothing.

    `exchange` is a MIC code such as XNAS; `market_cap` is in dollars. `active` is False where the
    security is no longer listed, which ended on `delisted_on`.
    """

    ticker: str
    name: str | None = None
    type: str | None = None
    exchange: str | None = None
    sector: str | None = None
    industry: str | None = None
    composite_figi: str | None = None
    cik: str | None = None
    active: bool | None = None
    delisted_on: date | None = None
    sic_code: str | None = None
    market_cap: float | None = None
    list_date: date | None = None


@dataclass(frozen=True)
class ExplainedJump:
    """A person knows what made the price of `ticker` jump at the open of `session`."""

    ticker: str
    session: date


# In place of a change's old ticker: the security that takes the new one never had any.
NEWLY_LISTED = ""


@dataclass(frozen=True)
class TickerChange:
    """From `effective_date` on, the security that was `old_ticker` trades as `new_ticker`.

    With `NEWLY_LISTED` for the old ticker, whoever bore the new one before is another security.
    """

    old_ticker: str
    new_ticker: str
    effective_date: date


@dataclass(frozen=True)
class Ratios:
    """What a filing or a vendor says of a company, from the day on which it became known.

    Dollars in `price`, `market_cap`, `enterprise_value`, `free_cash_flow` and, a share,
    `earnings_per_share`; all others are plain ratios, returns and yields too (0.05 is 5 %). None
    where nothing is said.
    """

    ticker: str
    known_on: date
    price: float | None = None
    market_cap: float | None = None
    earnings_per_share: float | None = None
    price_to_earnings: float | None = None
    price_to_book: float | None = None
    price_to_sales: float | None = None
    price_to_cash_flow: float | None = None
    price_to_free_cash_flow: float | None = None
    dividend_yield: float | None = None
    return_on_assets: float | None = None
    return_on_equity: float | None = None
    debt_to_equity: float | None = None
    current: float | None = None
    quick: float | None = None
    cash: float | None = None
    ev_to_sales: float | None = None
    ev_to_ebitda: float | None = None
    enterprise_value: float | None = None
    free_cash_flow: float | None = None


# The vendor's names of the metrics, in the order of the table `fundamentals`.
RATIO_METRICS = tuple(f.name for f in fields(Ratios) if f.name not in {"ticker", "known_on"})
