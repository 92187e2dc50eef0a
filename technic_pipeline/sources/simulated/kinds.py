"""The kinds of securities on the simulated market, and what is typical of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind: prices in dollars, volatility as the standard deviation of a day's log return."""

    type: str
    share: float
    price: float
    price_spread: float
    volatility: float
    beta: float
    suffixes: tuple[str, ...] = ("",)


COMMON = 0
KINDS = (
    # One common stock in sixteen is a share class, such as ABCDE.B.
    Kind("CS", 0.60, 18.0, 1.2, 0.022, 1.0, ("",) * 30 + (".A", ".B")),
    Kind("ADRC", 0.06, 14.0, 1.0, 0.020, 0.9),
    Kind("ETF", 0.18, 35.0, 0.6, 0.004, 0.9),
    Kind("FUND", 0.05, 12.0, 0.4, 0.004, 0.3),
    Kind("WARRANT", 0.04, 0.6, 1.0, 0.060, 0.8, (".WS",)),
    Kind("UNIT", 0.03, 10.4, 0.03, 0.002, 0.05, (".U",)),
    Kind("PFD", 0.04, 24.0, 0.12, 0.006, 0.15, ("pA", "pB", "pC", "pL")),
)
