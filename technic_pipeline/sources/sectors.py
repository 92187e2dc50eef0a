"""The eleven GICS sectors, and how the words of other vocabularies map to them."""

from __future__ import annotations

import hashlib
from functools import cache

ENERGY = "Energy"
MATERIALS = "Materials"
INDUSTRIALS = "Industrials"
CONSUMER_DISCRETIONARY = "Consumer Discretionary"
CONSUMER_STAPLES = "Consumer Staples"
HEALTH_CARE = "Health Care"
FINANCIALS = "Financials"
INFORMATION_TECHNOLOGY = "Information Technology"
COMMUNICATION_SERVICES = "Communication Services"
UTILITIES = "Utilities"
REAL_ESTATE = "Real Estate"

# In this order wherever sectors are numbered.
GICS_SECTORS = (
    ENERGY,
    MATERIALS,
    INDUSTRIALS,
    CONSUMER_DISCRETIONARY,
    CONSUMER_STAPLES,
    HEALTH_CARE,
    FINANCIALS,
    INFORMATION_TECHNOLOGY,
    COMMUNICATION_SERVICES,
    UTILITIES,
    REAL_ESTATE,
)

# Lower-case word of a list -> GICS sector. The vocabularies: GICS itself, Nasdaq's screener before
# and after 2021, Yahoo's and Morningstar's. Nasdaq's "Miscellaneous" says nothing and is not here.
SECTOR_OF_WORD: dict[str, str] = {
    "energy": ENERGY,
    "materials": MATERIALS,
    "basic materials": MATERIALS,
    "basic industries": MATERIALS,
    "industrials": INDUSTRIALS,
    "industrial goods": INDUSTRIALS,
    "capital goods": INDUSTRIALS,
    "transportation": INDUSTRIALS,
    "consumer discretionary": CONSUMER_DISCRETIONARY,
    "consumer cyclical": CONSUMER_DISCRETIONARY,
    "consumer durables": CONSUMER_DISCRETIONARY,
    "consumer services": CONSUMER_DISCRETIONARY,
    "consumer staples": CONSUMER_STAPLES,
    "consumer defensive": CONSUMER_STAPLES,
    "consumer non-durables": CONSUMER_STAPLES,
    "health care": HEALTH_CARE,
    "healthcare": HEALTH_CARE,
    "financials": FINANCIALS,
    "financial": FINANCIALS,
    "financial services": FINANCIALS,
    "finance": FINANCIALS,
    "information technology": INFORMATION_TECHNOLOGY,
    "technology": INFORMATION_TECHNOLOGY,
    "communication services": COMMUNICATION_SERVICES,
    "communications": COMMUNICATION_SERVICES,
    "telecommunications": COMMUNICATION_SERVICES,
    "utilities": UTILITIES,
    "public utilities": UTILITIES,
    "real estate": REAL_ESTATE,
}


def gics_sector(word: str | None) -> str | None:
    """The GICS sector that a list's word means, None where it means none of them."""
    return SECTOR_OF_WORD.get(word.strip().lower()) if word else None


@cache
def sector_table_sha256() -> str:
    """A digest of the table above, for whatever is only right as long as it stays."""
    lines = [f"{word}\0{sector}\n" for word, sector in sorted(SECTOR_OF_WORD.items())]
    return hashlib.sha256("".join([*GICS_SECTORS, *lines]).encode()).hexdigest()
