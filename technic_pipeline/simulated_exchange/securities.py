"""The vendor's reference data of fictional securities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from technic_pipeline.sources.reference import Ratios, Split, SymbolDescription, TickerChange

# An industry of the simulated market, as a code of the Standard Industrial Classification.
SIC_CODES = {
    "Software": "7372",
    "Semiconductors": "3674",
    "Biotechnology": "2836",
    "Medical Devices": "3841",
    "Regional Banks": "6022",
    "Insurance": "6331",
    "Specialty Retail": "5651",
    "Auto Parts": "3714",
    "Packaged Foods": "2030",
    "Household Products": "2840",
    "Machinery": "3560",
    "Trucking": "4213",
    "Oil & Gas Production": "1311",
    "Oilfield Services": "1389",
    "Gold Mining": "1040",
    "Major Chemicals": "2810",
    "Electric Utilities": "4911",
    "Water Supply": "4941",
    "REIT - Office": "6798",
    "Real Estate Services": "6531",
    "Wireless Carriers": "4812",
    "Broadcasting": "4833",
}

Record = dict[str, Any]


def ticker_record(one: SymbolDescription) -> Record:
    """An entry of the list of tickers; like the vendor's it knows no sector."""
    told = {
        "ticker": one.ticker,
        "name": one.name,
        "market": "stocks",
        "locale": "us",
        "type": one.type,
        "primary_exchange": one.exchange,
        "active": one.active,
        "composite_figi": one.composite_figi,
        "cik": one.cik,
        "delisted_utc": f"{one.delisted_on}T00:00:00Z" if one.delisted_on else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def details_record(one: SymbolDescription) -> Record:
    """What is told of one ticker asked for alone."""
    told = {"list_date": str(one.list_date) if one.list_date else None}
    if one.industry in SIC_CODES:
        told |= {"sic_code": SIC_CODES[one.industry], "sic_description": one.industry.upper()}
    return ticker_record(one) | {name: value for name, value in told.items() if value is not None}


def split_record(split: Split) -> Record:
    """An entry of the list of splits."""
    kind = "forward_split" if split.split_to > split.split_from else "reverse_split"
    return {
        "id": split.source_id,
        "ticker": split.ticker,
        "execution_date": str(split.execution_date),
        "split_from": split.split_from,
        "split_to": split.split_to,
        "adjustment_type": kind,
    }


def ratio_records(told: Sequence[Ratios], listed: Mapping[str, str]) -> list[Record]:
    """The newest ratios of each company, by the ticker that it bears now."""
    newest = {listed.get(ratios.ticker, ratios.ticker): ratios for ratios in told}
    return [
        {"ticker": ticker, "date": str(ratios.known_on)}
        | {
            name: value
            for name, value in asdict(ratios).items()
            if name not in {"ticker", "known_on"} and value is not None
        }
        for ticker, ratios in sorted(newest.items())
    ]


def event_records(one: SymbolDescription, changes: Sequence[TickerChange]) -> list[Record]:
    """The tickers that a security has had, newest first."""
    borne: list[tuple[date, str]] = []
    ticker = one.ticker
    for change in sorted(changes, key=lambda c: c.effective_date, reverse=True):
        if change.new_ticker == ticker:
            borne.append((change.effective_date, ticker))
            ticker = change.old_ticker
    borne.append((one.list_date or date(2003, 9, 10), ticker))
    return [
        {"type": "ticker_change", "date": str(day), "ticker_change": {"ticker": name}}
        for day, name in borne
    ]
