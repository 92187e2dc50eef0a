"""Ratios of the simulated companies: a filing a quarter, with the gaps of real ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.reference import RATIO_METRICS
from technic_pipeline.sources.simulated.kinds import KINDS
from technic_pipeline.sources.simulated.prices import PricePaths
from technic_pipeline.sources.simulated.streams import Subject, stream
from technic_pipeline.sources.simulated.symbols import Symbols

QUARTER = 63  # sessions
NEVER_FILES, UNSAID = 0.06, 0.06
COMPANIES = [number for number, kind in enumerate(KINDS) if kind.type in {"CS", "ADRC"}]

# What is typical of a sector, in the order of descriptions.VOCABULARY. A bank's balance sheet knows
# neither debt in the sense of the others nor current assets.
NORMS = np.array(
    [
        # price to sales, net margin, price to book, debt to equity, pay-out, current ratio
        (4.5, 0.12, 5.0, 0.40, 0.15, 2.4),
        (4.0, 0.05, 4.0, 0.40, 0.10, 3.0),
        (3.0, 0.20, 1.2, np.nan, 0.35, np.nan),
        (1.0, 0.05, 3.5, 0.80, 0.25, 1.7),
        (1.3, 0.06, 4.0, 0.90, 0.50, 1.4),
        (1.3, 0.07, 3.0, 0.70, 0.30, 1.9),
        (1.6, 0.02, 1.4, 0.60, 0.25, 1.3),
        (1.4, 0.06, 2.0, 0.50, 0.25, 2.1),
        (2.0, 0.10, 1.7, 1.30, 0.65, 0.8),
        (6.0, 0.20, 1.8, 1.10, 0.80, 1.1),
        (2.0, 0.06, 2.5, 1.20, 0.30, 1.2),
    ]
).T
# How far companies of one sector lie apart, and a company's filings: margins by addition, all
# others by a factor.
SPREAD = np.array([0.6, 0.08, 0.5, 0.6, 0.7, 0.4])[:, None]
BETWEEN_FILINGS = 0.2


@dataclass(frozen=True)
class Filing:
    """What one company tells in one session; None where it says nothing."""

    symbol: int
    position: int
    metrics: dict[str, float | None]


def filings(
    symbols: Symbols, paths: PricePaths, seed: int, first: int, last: int
) -> Iterator[Filing]:
    """Every filing from session `first` to `last`, oldest first, by symbol within a session."""
    chances = stream(seed, Subject.FILERS).random((len(symbols), 2 + len(RATIO_METRICS)))
    traits = stream(seed, Subject.COMPANIES).standard_normal((len(symbols), len(NORMS)))
    files = np.isin(symbols.kind, COMPANIES) & (chances[:, 0] >= NEVER_FILES)
    day_in_quarter = (chances[:, 1] * QUARTER).astype(np.int64)
    figures = traits
    for position in range(first, last + 1):
        quarter, day = divmod(position, QUARTER)
        if day == 0 or position == first:
            news = stream(seed, Subject.FILINGS, quarter).standard_normal(traits.shape)
            figures = traits + BETWEEN_FILINGS * news
        due = files & symbols.lives.trading(position) & (day_in_quarter == day)
        symbol = np.flatnonzero(due)
        around = paths.around(position)[1]
        told = _metrics(symbols, around, position, symbol, figures[symbol].T)
        table = np.column_stack([told[name] for name in RATIO_METRICS])
        table[chances[symbol, 2:] < UNSAID] = np.nan
        for row, values in zip(symbol.tolist(), table.tolist(), strict=True):
            said = map(_six_digits, values)
            yield Filing(row, position, dict(zip(RATIO_METRICS, said, strict=True)))


def _metrics(
    symbols: Symbols,
    around: NDArray[np.float64],
    position: int,
    symbol: NDArray[np.int64],
    figures: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """One entry a filing in each; a multiple of something negative is NaN, as vendors leave it."""
    norms = NORMS[:, symbols.sector[symbol]]
    spread = SPREAD * figures
    price_to_sales, _, price_to_book, debt, payout, current = norms * np.exp(spread)
    price = np.exp(symbols.typical_log_price(position) + around)[symbol]
    market_cap = 300.0 * symbols.dollar_volume[symbol] * np.exp(around[symbol])
    sales = 1.0 / price_to_sales  # these are all a dollar of market value
    earnings = (norms[1] + spread[1]) * sales
    is_bank = np.isnan(debt)
    cash_flow = np.where(is_bank, np.nan, earnings + 0.05 * sales)
    free_cash_flow = cash_flow - 0.03 * sales
    enterprise = 1.0 + 0.8 * debt / price_to_book
    return {
        "price": price,
        "market_cap": market_cap,
        "earnings_per_share": price * earnings,
        "price_to_earnings": _one_over(earnings),
        "price_to_book": price_to_book,
        "price_to_sales": price_to_sales,
        "price_to_cash_flow": _one_over(cash_flow),
        "price_to_free_cash_flow": _one_over(free_cash_flow),
        "dividend_yield": np.where(figures[4] > 0.0, np.maximum(payout * earnings, 0.0), np.nan),
        "return_on_assets": earnings * price_to_book / np.where(is_bank, 10.0, 1.6 + debt),
        "return_on_equity": earnings * price_to_book,
        "debt_to_equity": debt,
        "current": current,
        "quick": 0.7 * current,
        "cash": 0.3 * current * np.exp(0.3 * figures[5]),
        "ev_to_sales": enterprise * price_to_sales,
        "ev_to_ebitda": enterprise * _one_over(1.5 * earnings + 0.08 * sales),
        "enterprise_value": enterprise * market_cap,
        "free_cash_flow": free_cash_flow * market_cap,
    }


def _one_over(flow: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(1.0, flow, out=np.full(len(flow), np.nan), where=flow > 0.0)


def _six_digits(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.6g}")
