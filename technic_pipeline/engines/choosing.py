"""Which engine runs the indicators: what TECHNIC_ENGINE says, or what is there and worth it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine
from technic_pipeline.engines.history import BarHistory
from technic_pipeline.engines.state import States
from technic_pipeline.engines.work import Advanced
from technic_pipeline.errors import EngineUnavailable
from technic_pipeline.indicators.indicator import Indicator

EngineName = Literal["auto", "cpu", "gpu", "ray"]
# Fewer bars are done by the processor before they have been sent.
BARS_WORTH_SENDING = 500_000
NEEDED = {"gpu": ("cupy", "numba_cuda"), "ray": ("ray",)}


@cache
def open_engine(name: EngineName, threads: int | None, ray_address: str | None) -> Engine:
    """The process's engine of a name; `auto`: a cluster that is named, a device, the cores.

    Raises:
        EngineUnavailable: it cannot run here.
        EnginesDiffer: a cluster's machines have other builds of it.
    """
    if name == "ray" or (name == "auto" and ray_address):
        _require_packages("ray")
        from technic_pipeline.engines.ray_cluster import RayCluster  # noqa: PLC0415 - an extra

        return RayCluster(ray_address)
    if name == "gpu":
        _require_packages("gpu")
        from technic_pipeline.engines.gpu import Gpu  # noqa: PLC0415 - an extra

        return Gpu()
    if name == "auto" and all(map(find_spec, NEEDED["gpu"])):
        return _with_device_where_worth_it(Cpu(threads))
    return Cpu(threads)


def _require_packages(engine: str) -> None:
    missing = [package for package in NEEDED[engine] if find_spec(package) is None]
    if missing:
        why = f"{' and '.join(missing)} not installed"
        remedy = f"install technic-pipeline[{engine}], or set TECHNIC_ENGINE=cpu"
        raise EngineUnavailable(engine, why, remedy)


def _with_device_where_worth_it(cpu: Cpu) -> Engine:
    from technic_pipeline.engines.gpu import Gpu  # noqa: PLC0415 - an extra

    try:
        gpu = Gpu()
    except EngineUnavailable:
        return cpu
    # Values of two builds must not stand side by side for no better reason than their number.
    return WhicheverIsWorthIt(cpu, gpu) if gpu.fingerprint == cpu.fingerprint else cpu


class WhicheverIsWorthIt:
    """A device for many bars at once, the processor for few; both of one build."""

    name = "auto"

    def __init__(self, few: Engine, many: Engine) -> None:
        self._few, self._many = few, many
        self.fingerprint = few.fingerprint
        self.arrays = many.arrays
        self.bars_at_once = many.bars_at_once
        self.calls_at_once = few.calls_at_once

    def advance(
        self,
        history: BarHistory,
        before: States,
        first_wanted: NDArray[np.int64],
        stops: NDArray[np.int64],
        indicators: Sequence[Indicator],
        columns: Sequence[str],
    ) -> Advanced:
        """As `Engine.advance`."""
        engine = self._many if len(history) >= BARS_WORTH_SENDING else self._few
        return engine.advance(history, before, first_wanted, stops, indicators, columns)

    def prepare(self, indicators: Sequence[Indicator]) -> None:
        """As `Engine.prepare`."""
        self._few.prepare(indicators)
