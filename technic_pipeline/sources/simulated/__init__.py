"""A deterministic market of fictional companies, for machines without a vendor's key.

Everything follows from a seed: what a session prints depends on the seed, the symbol and the
session, so a market opened tomorrow continues the one opened today. Streams of random numbers are
drawn symbol by symbol, so a larger market contains the smaller one.
"""

from technic_pipeline.sources.simulated.market import SimulatedMarket

__all__ = ["SimulatedMarket"]
