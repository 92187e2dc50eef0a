"""The simulated market behind an HTTP server that speaks the vendor's protocol, faults included."""

from technic_pipeline.simulated_exchange.exchange import SimulatedExchange
from technic_pipeline.simulated_exchange.faults import Fault
from technic_pipeline.simulated_exchange.server import serve

__all__ = ["Fault", "SimulatedExchange", "serve"]
