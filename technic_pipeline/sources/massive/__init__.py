"""The live vendor Massive, until 2025 named Polygon.io, over HTTP."""

from technic_pipeline.sources.massive.sic import sector_of_sic
from technic_pipeline.sources.massive.source import Massive, open_massive

__all__ = ["Massive", "open_massive", "sector_of_sic"]
