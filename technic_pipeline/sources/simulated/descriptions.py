"""The reference list of the simulated market, with the gaps and vocabularies of a real one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.reference import SymbolDescription
from technic_pipeline.sources.simulated.kinds import KINDS
from technic_pipeline.sources.simulated.names import Tickers
from technic_pipeline.sources.simulated.streams import Subject, stream
from technic_pipeline.sources.simulated.symbols import Symbols

ABSENT, WITHOUT_SECTOR, SECOND_VOCABULARY = 0.03, 0.05, 0.4
# As at a real vendor, some have no FIGI.
NO_FIGI_EVERY = 20
OPERATING = frozenset({"CS", "ADRC", "PFD"})

ENDINGS = ("a", "ex", "ia", "on", "um", "is", "ora", "el")
EXCHANGES = ("XNYS", "XNAS", "XNAS", "XASE")


@dataclass(frozen=True)
class Sector:
    """A sector as two vendors write it, and its industries, each with a word for the name."""

    spellings: tuple[str, str]
    industries: tuple[tuple[str, str], tuple[str, str]]


VOCABULARY = (
    Sector(
        ("Technology", "Technology"),
        (("Software", "Systems"), ("Semiconductors", "Microdevices")),
    ),
    Sector(
        ("Health Care", "Healthcare"),
        (("Biotechnology", "Therapeutics"), ("Medical Devices", "Medical")),
    ),
    Sector(
        ("Finance", "Financial Services"),
        (("Regional Banks", "Bancorp"), ("Insurance", "Assurance")),
    ),
    Sector(
        ("Consumer Discretionary", "Consumer Cyclical"),
        (("Specialty Retail", "Stores"), ("Auto Parts", "Motors")),
    ),
    Sector(
        ("Consumer Staples", "Consumer Defensive"),
        (("Packaged Foods", "Foods"), ("Household Products", "Home Products")),
    ),
    Sector(
        ("Industrials", "Industrials"),
        (("Machinery", "Machines"), ("Trucking", "Logistics")),
    ),
    Sector(
        ("Energy", "Energy"),
        (("Oil & Gas Production", "Petroleum"), ("Oilfield Services", "Drilling")),
    ),
    Sector(
        ("Basic Materials", "Materials"),
        (("Gold Mining", "Mining"), ("Major Chemicals", "Chemical")),
    ),
    Sector(
        ("Utilities", "Public Utilities"),
        (("Electric Utilities", "Power"), ("Water Supply", "Water")),
    ),
    Sector(
        ("Real Estate", "Real Estate"),
        (("REIT - Office", "Properties"), ("Real Estate Services", "Realty")),
    ),
    Sector(
        ("Telecommunications", "Communication Services"),
        (("Wireless Carriers", "Wireless"), ("Broadcasting", "Media")),
    ),
)

NAMES = {
    "CS": "{company} Inc. Common Stock",
    "ADRC": "{company} plc American Depositary Shares",
    "ETF": "{root} {sector} ETF",
    "FUND": "{root} Municipal Income Fund",
    "WARRANT": "{company} Inc. Warrant",
    "UNIT": "{root} Acquisition Corp. Unit",
    "PFD": "{company} Inc. Preferred Stock",
}


def describe(
    symbols: Symbols, tickers: Tickers, seed: int, position: int, days: NDArray[np.datetime64]
) -> list[SymbolDescription]:
    """What the list says in that session of whoever was listed by then, the delisted included.

    `days` are those that positions count.
    """
    chances = stream(seed, Subject.DESCRIPTIONS).random((len(symbols), 5))
    there = (symbols.lives.listed <= position) & (chances[:, 0] >= ABSENT)
    return [
        replace(
            _describe(symbols, tickers, symbol, position, chances[symbol].tolist()),
            **_identity(symbols, symbol, position, days),
        )
        for symbol in np.flatnonzero(there).tolist()
    ]


def _identity(
    symbols: Symbols, symbol: int, position: int, days: NDArray[np.datetime64]
) -> dict[str, Any]:
    lives = symbols.lives
    active = bool(position < lives.delisted[symbol])
    return {
        "composite_figi": None if symbol % NO_FIGI_EVERY == 0 else f"BBG{symbol:09d}",
        "cik": f"{symbol:010d}",
        "active": active,
        "delisted_on": None if active else days[lives.delisted[symbol]].item(),
        "list_date": days[lives.listed[symbol]].item(),
    }


def _describe(
    symbols: Symbols, tickers: Tickers, symbol: int, position: int, chances: list[float]
) -> SymbolDescription:
    kind = KINDS[symbols.kind[symbol]].type
    sector = VOCABULARY[symbols.sector[symbol]]
    industry, word = sector.industries[int(2 * chances[2])]
    root = tickers.root(symbol, position).capitalize() + ENDINGS[symbol % len(ENDINGS)]
    known = kind in OPERATING and chances[3] >= WITHOUT_SECTOR
    return SymbolDescription(
        ticker=tickers.borne(symbol, position),
        name=NAMES[kind].format(root=root, company=f"{root} {word}", sector=sector.spellings[0]),
        type=kind,
        exchange=EXCHANGES[int(len(EXCHANGES) * chances[4])],
        sector=sector.spellings[chances[1] < SECOND_VOCABULARY] if known else None,
        industry=industry if known else None,
    )
