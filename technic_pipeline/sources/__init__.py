"""Where bars and reference data come from, and the shape in which they arrive.

A source is read once at the edge: what leaves this package is typed, columnar, and still as the
vendor sent it. Judging rows is `store.validation`'s work.
"""

from technic_pipeline.sources.bars import SessionBars
from technic_pipeline.sources.reference import (
    NEWLY_LISTED,
    ExplainedJump,
    Ratios,
    Split,
    SymbolDescription,
    TickerChange,
)
from technic_pipeline.sources.source import Source, open_source

__all__ = [
    "NEWLY_LISTED",
    "ExplainedJump",
    "Ratios",
    "SessionBars",
    "Source",
    "Split",
    "SymbolDescription",
    "TickerChange",
    "open_source",
]
