"""What is known of securities: the vendor's list, its details and a person's own list together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from technic_pipeline.pipeline import Pipeline
from technic_pipeline.sources import SymbolDescription
from technic_pipeline.sources.listings import read_descriptions
from technic_pipeline.sources.massive.sic import sector_of_sic
from technic_pipeline.store.reference import ReferenceReport, record_descriptions
from technic_pipeline.store.symbol_details import Details, read_details

if TYPE_CHECKING:
    from technic_pipeline.sources.massive.source import Massive


def describe(
    engine: sa.Engine,
    listed: Sequence[SymbolDescription],
    given: Sequence[SymbolDescription] = (),
) -> ReferenceReport:
    """Record listed securities with the sectors of those asked for one by one.

    What a person's own list (`given`) says of a ticker counts instead.
    """
    known = read_details(engine)
    described = {one.ticker: _with_details(one, known.get(one.ticker)) for one in listed}
    for own in given:
        described[own.ticker] = _overlaid(described.get(own.ticker), own)
    return record_descriptions(engine, list(described.values()))


def describe_listed(opened: Pipeline, vendor: Massive) -> ReferenceReport:
    """Describe every security that the vendor lists today."""
    return describe(opened.engine, vendor.tickers(), own_descriptions(opened))


def own_descriptions(
    opened: Pipeline, tickers: Collection[str] | None = None
) -> list[SymbolDescription]:
    """What a person's own tickers.csv says, of some tickers or of all."""
    if opened.tickers_csv is None:
        return []
    own = read_descriptions(opened.tickers_csv)
    return [one for one in own if tickers is None or one.ticker in tickers]


def _with_details(one: SymbolDescription, details: Details | None) -> SymbolDescription:
    if details is None:
        return one
    return replace(one, sector=sector_of_sic(details.sic_code), industry=details.industry)


def _overlaid(listed: SymbolDescription | None, own: SymbolDescription) -> SymbolDescription:
    said = {name: value for name, value in vars(own).items() if value is not None}
    return replace(listed or own, **said)
