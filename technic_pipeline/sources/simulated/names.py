"""Fictional tickers, from syllables that the tickers of real companies do not begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from technic_pipeline.sources.simulated.kinds import KINDS
from technic_pipeline.sources.simulated.lives import NEVER, STEADY
from technic_pipeline.sources.simulated.streams import Subject, stream
from technic_pipeline.sources.simulated.symbols import Symbols

# Tickers that careless readers take for a missing value or a truth; the last steady symbols'.
WORDS = ("NA", "NAN", "TRUE", "NULL")

# The last letters avoid those by which real five-letter tickers mark warrants, units, preferred
# shares, foreign shares and funds.
LETTERS = ("QXZJV", "AEIOU", "BCDFGHJKLMNPRSTVWXZ", "AEIOU", "BDGHJKTV")
FURTHER = "BDFGHJKLMNPRSTVZ"
ROOTS = 5 * 5 * 19 * 5 * 8
SCATTER = 7_919  # shares no factor with ROOTS, so that every root is met once


@dataclass(frozen=True)
class Tickers:
    """Each symbol's first and second ticker, and the roots they are made of."""

    renamed: NDArray[np.int64]
    roots: tuple[list[str], list[str]]
    tickers: tuple[list[str], list[str]]

    @cached_property
    def in_order(self) -> pa.StringArray:
        """Every ticker that is ever borne, in byte order; one that stays is there twice."""
        return pa.array(sorted(self.tickers[0] + self.tickers[1]), pa.string())

    def ranks(self, symbol: NDArray[np.int64], position: int) -> NDArray[np.int64]:
        """Where in `in_order` the tickers stand that these symbols bear in that session."""
        return self._ranks[(position >= self.renamed[symbol]).astype(np.int64), symbol]

    def borne(self, symbol: int, position: int) -> str:
        """The ticker that a symbol bears in that session."""
        return self.tickers[int(position >= self.renamed[symbol])][symbol]

    def root(self, symbol: int, position: int) -> str:
        """The word in that ticker from which the issuer's name is made."""
        return self.roots[int(position >= self.renamed[symbol])][symbol]

    @cached_property
    def _ranks(self) -> NDArray[np.int64]:
        both = self.tickers[0] + self.tickers[1]
        ranks = np.empty(len(both), dtype=np.int64)
        ranks[sorted(range(len(both)), key=both.__getitem__)] = np.arange(len(both))
        return ranks.reshape(2, -1)


def draw_tickers(symbols: Symbols, seed: int) -> Tickers:
    """The tickers of a market; none is borne by two symbols."""
    chance = stream(seed, Subject.NAMES)
    offset = int(chance.integers(ROOTS))
    suffix_chances = chance.random(len(symbols)).tolist()
    renames = symbols.lives.renamed < NEVER
    number = np.arange(len(symbols)) + np.cumsum(renames) - renames
    first = [_root(offset, at) for at in number.tolist()]
    second = [_root(offset, at) for at in (number + renames).tolist()]
    suffixes = [
        KINDS[kind].suffixes[int(chance * len(KINDS[kind].suffixes))]
        for kind, chance in zip(symbols.kind.tolist(), suffix_chances, strict=True)
    ]
    tickers = _with_words(first, suffixes), _with_words(second, suffixes)
    return Tickers(symbols.lives.renamed, (first, second), tickers)


def _root(offset: int, number: int) -> str:
    further, rest = divmod(number, ROOTS)
    rest = (offset + rest * SCATTER) % ROOTS
    root = ""
    for letters in reversed(LETTERS):
        rest, letter = divmod(rest, len(letters))
        root = letters[letter] + root
    while further:
        further, letter = divmod(further, len(FURTHER))
        root += FURTHER[letter]
    return root


def _with_words(roots: list[str], suffixes: list[str]) -> list[str]:
    tickers = [root + suffix for root, suffix in zip(roots, suffixes, strict=True)]
    start = STEADY - len(WORDS)
    tickers[start:STEADY] = WORDS[: max(len(tickers) - start, 0)]
    return tickers
