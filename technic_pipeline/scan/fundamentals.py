"""Fundamental scores: where a company's ratios stand in the distribution of its sector.

Pure arithmetic on arrays. What was known when, and from where it is read, is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.scan.standing import shares_below
from technic_pipeline.sources.sectors import GICS_SECTORS

UNKNOWN_SECTOR = "Unknown"
# A symbol's sector is a position in this.
SECTORS = (*GICS_SECTORS, UNKNOWN_SECTOR)
UNKNOWN = len(GICS_SECTORS)

FEWEST_VALUES = 8
FEWEST_METRICS = 3


@dataclass(frozen=True)
class Metric:
    """A ratio that counts; of a `multiple` or a `leverage` the lower is the better."""

    name: str
    kind: Literal["multiple", "leverage", "quality"]
    reason: str


METRICS = (
    Metric("price_to_earnings", "multiple", "the price of a dollar of profit"),
    Metric("price_to_book", "multiple", "the price of a dollar of the owners' equity"),
    Metric("price_to_sales", "multiple", "the price of a dollar of sales"),
    Metric("price_to_cash_flow", "multiple", "the price of a dollar from operations"),
    Metric("price_to_free_cash_flow", "multiple", "the price of a dollar left after investment"),
    Metric("dividend_yield", "quality", "what the owner is paid for holding"),
    Metric("return_on_assets", "quality", "profit from all that is employed, however financed"),
    Metric("return_on_equity", "quality", "profit from what belongs to the owners"),
    Metric("debt_to_equity", "leverage", "who is paid before the owners"),
    Metric("current", "quality", "what is due within a year is covered"),
    Metric("quick", "quality", "covered without selling the stocks of goods"),
    Metric("cash", "quality", "covered at once"),
    Metric("ev_to_sales", "multiple", "the price of a dollar of sales, debts taken over"),
    Metric("ev_to_ebitda", "multiple", "the price of a dollar of gross profit, debts taken over"),
)
# `price`, `market_cap`, `enterprise_value`, `free_cash_flow` and `earnings_per_share` do not count:
# they measure how large a company is, or into how many shares it is cut, and a percentile of them
# would prefer large companies and dear shares. What they say of value is in the ratios above.

IS_MULTIPLE = np.array([metric.kind == "multiple" for metric in METRICS])
IS_LEVERAGE = np.array([metric.kind == "leverage" for metric in METRICS])
LOWER_IS_BETTER = IS_MULTIPLE | IS_LEVERAGE


@dataclass(frozen=True)
class SectorDistributions:
    """The values of every metric in every sector, each sorted rising.

    Metric m of sector s has `values[start[g] : start[g + 1]]` with g = m * len(SECTORS) + s. Of the
    whole market, whose sectors stand side by side, they are sorted when first asked for.
    """

    start: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64], sector: NDArray[np.int8]) -> SectorDistributions:
        """From one row a symbol, a column a metric of `METRICS`, as reported, NaN where missing."""
        comparable = comparable_values(values)
        found = [np.sort(comparable[sector == at], axis=0) for at in range(len(SECTORS))]
        counts = np.array([np.count_nonzero(~np.isnan(block), axis=0) for block in found])
        start = np.concatenate([[0], np.cumsum(counts.T.ravel())])
        groups = [
            block[: counts[at, metric], metric]
            for metric in range(len(METRICS))
            for at, block in enumerate(found)
        ]
        return cls(start, np.concatenate(groups))

    def of_sector(self, metric: int, sector: int) -> NDArray[np.float64]:
        """The sector's own values."""
        group = metric * len(SECTORS) + sector
        return self.values[self.start[group] : self.start[group + 1]]

    def of_market(self, metric: int) -> NDArray[np.float64]:
        """The values of all symbols, those without a sector too."""
        return self._market[metric]

    def peers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Whom a symbol is compared with: its sector, or the market where that has too few.

        By metric and sector, the first of the groups and how many follow each other from there.
        """
        group = np.arange(len(METRICS) * len(SECTORS)).reshape(len(METRICS), len(SECTORS))
        few = np.diff(self.start).reshape(group.shape) < FEWEST_VALUES
        few[:, UNKNOWN] = True
        return np.where(few, group[:, :1], group), np.where(few, len(SECTORS), 1)

    @cached_property
    def _market(self) -> Sequence[NDArray[np.float64]]:
        bounds = self.start[:: len(SECTORS)].tolist()
        return [
            np.sort(self.values[bounds[metric] : bounds[metric + 1]])
            for metric in range(len(METRICS))
        ]


def comparable_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The reported values, NaN in place of those that say nothing about their kind.

    A multiple of a loss is negative and would pass for the cheapest of all; so would leverage on an
    equity that is used up pass for the safest. A multiple that is not positive and a leverage below
    zero are therefore missing. No debt at all is leverage 0.
    """
    senseless = (IS_MULTIPLE & (values <= 0.0)) | (IS_LEVERAGE & (values < 0.0))
    return np.where(senseless, np.nan, values)


def fundamental_scores(
    values: NDArray[np.float64], sector: NDArray[np.int8], distributions: SectorDistributions
) -> NDArray[np.float64]:
    """The mean of each symbol's metric percentiles, 0 to 100, NaN where fewer than 3 are there.

    `values` has a row a symbol and a column a metric of `METRICS`, as reported; `sector` are
    positions in `SECTORS`.
    """
    standing = metric_percentiles(values, sector, distributions)
    count = np.count_nonzero(~np.isnan(standing), axis=1)
    # From left to right: NumPy's own sum may pair the terms otherwise.
    total = np.zeros(len(standing))
    for column in standing.T:
        total += np.where(np.isnan(column), 0.0, column)
    enough = count >= FEWEST_METRICS
    return np.divide(total, count, out=np.full(len(total), np.nan), where=enough)


def metric_percentiles(
    values: NDArray[np.float64], sector: NDArray[np.int8], distributions: SectorDistributions
) -> NDArray[np.float64]:
    """Where each value stands among its peers: 100 * (below + half the equal) / n, better higher.

    Shaped like `values`, NaN where a value or its peers are missing.
    """
    first, groups = (of_sector.T[sector] for of_sector in distributions.peers())
    share = shares_below(
        comparable_values(values), first, groups, distributions.start, distributions.values
    )
    return np.where(LOWER_IS_BETTER, 100.0 - share, share)
