"""The live vendor Massive, until 2025 named Polygon.io, over HTTP."""
