"""The indicators of many symbols on a Ray cluster, some of the symbols a task.

Bars and states travel as NumPy arrays, whose memory Ray shares or sends as it is. A task whose
machine dies is done again on another. Nothing but this process writes anything down.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.history import BarHistory, IndicatorRows, LastBars, SplitRecords
from technic_pipeline.engines.state import States
from technic_pipeline.engines.work import Advanced
from technic_pipeline.errors import EnginesDiffer, EngineUnavailable
from technic_pipeline.indicators.fingerprint import engine_fingerprint
from technic_pipeline.indicators.indicator import Indicator
from technic_pipeline.indicators.registry import REGISTRY

# Below `uv run` Ray would start every worker by it, in this process's folder; the machines have the
# engine installed. Ray reads this when it is imported.
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
import ray

BARS_A_TASK = 50_000
# A task outlives so many machines.
RETRIES = 10
NESTED = {"splits": SplitRecords, "before": LastBars}

Arrays = dict[str, NDArray]


class RayCluster:
    """The cluster at an address, or one on this machine.

    Its machines must have the same build of the engine, whose fingerprint this is.
    """

    name = "ray"
    arrays = np
    calls_at_once = 2

    def __init__(self, address: str | None = None) -> None:
        """Join the cluster, or start one.

        Raises:
            EngineUnavailable: nobody answers at the address.
            EnginesDiffer: a machine there has another build.
        """
        if not ray.is_initialized():
            try:
                ray.init(
                    address=address or "local",
                    include_dashboard=False if address is None else None,
                    logging_level=logging.ERROR,
                    log_to_driver=False,
                )
            except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
                why = f"no Ray cluster answers at {address} ({error})".splitlines()[0]
                raise EngineUnavailable(self.name, why, "start one, or unset RAY_ADDRESS") from None
        self._require_one_build()

    @property
    def fingerprint(self) -> str:
        """Of this build, which all machines share."""
        return engine_fingerprint()

    @property
    def bars_at_once(self) -> int:
        """A task for every core there is."""
        return BARS_A_TASK * max(1, int(ray.cluster_resources().get("CPU", 1)))

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
        task = _task()
        tasks = [
            task.remote(
                as_arrays(history.of_symbols(first, end)),
                {
                    "states": before[first:end],
                    "first_wanted": first_wanted[first:end],
                    "stops": stops[first:end],
                },
                _known(indicators),
                tuple(columns),
            )
            for first, end in shards(history)
        ]
        return _put_together(ray.get(tasks))

    def prepare(self, indicators: Sequence[Indicator]) -> None:
        """As `Engine.prepare`, on every machine."""
        _everywhere(_prepare, _known(indicators))

    def _require_one_build(self) -> None:
        found = set(_everywhere(_fingerprint))
        if found != {self.fingerprint}:
            raise EnginesDiffer(self.fingerprint, sorted(found - {self.fingerprint}))


def shards(history: BarHistory) -> Iterator[tuple[int, int]]:
    """First and end of symbols whose bars together are about a task's; at least one shard."""
    symbols = len(history.symbol_id)
    filled = (history.start[1:] - 1) // BARS_A_TASK
    bounds = np.flatnonzero(np.diff(filled)) + 1
    ends = [*bounds.tolist(), symbols]
    yield from zip([0, *ends[:-1]], ends, strict=True)


def as_arrays(history: BarHistory) -> Arrays:
    """Every array of a history by its name; those of its parts by both names."""
    flat: Arrays = {}
    for each in fields(history):
        value = getattr(history, each.name)
        if each.name in NESTED:
            flat |= {f"{each.name}.{own.name}": getattr(value, own.name) for own in fields(value)}
        else:
            flat[each.name] = value
    return flat


def from_arrays(flat: Arrays) -> BarHistory:
    """The history again."""
    parts: dict[str, Any] = {
        name: kind(**{own.name: flat[f"{name}.{own.name}"] for own in fields(kind)})
        for name, kind in NESTED.items()
    }
    parts |= {name: array for name, array in flat.items() if "." not in name}
    return BarHistory(**parts)


def _everywhere(work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What some work gives on each of the machines."""
    task: Any = ray.remote(num_cpus=0, scheduling_strategy="SPREAD")(work)
    return ray.get([task.remote(*arguments) for _ in ray.nodes()])


def _fingerprint() -> str:
    return engine_fingerprint()


def _prepare(indicators: Sequence[Indicator] | None) -> None:
    Cpu(1).prepare(REGISTRY if indicators is None else indicators)


@cache
def _task() -> Any:
    return ray.remote(num_cpus=1, max_retries=RETRIES)(_advance)


@cache
def _cpu() -> Cpu:
    return Cpu(1)


def _advance(
    bars: Arrays, asked: Arrays, indicators: Sequence[Indicator] | None, columns: Sequence[str]
) -> Arrays:
    """What a task does, on whichever machine."""
    done = _cpu().advance(
        from_arrays(bars),
        asked["states"],
        asked["first_wanted"],
        asked["stops"],
        REGISTRY if indicators is None else indicators,
        columns,
    )
    rows = {each.name: getattr(done.rows, each.name) for each in fields(done.rows)}
    return {**rows, "states": done.states}


def _known(indicators: Sequence[Indicator]) -> tuple[Indicator, ...] | None:
    """Nothing where they are the registry, which every machine has."""
    return None if tuple(indicators) == REGISTRY else tuple(indicators)


def _put_together(parts: Sequence[Arrays]) -> Advanced:
    """The rows of all shards, ordered by session, and their states, in the symbols' order."""
    joined = {
        each.name: np.concatenate([part[each.name] for part in parts])
        for each in fields(IndicatorRows)
        if each.name != "values"
    }
    order = np.argsort(joined["session"], kind="stable")
    # A column's values lie side by side, here as in an engine's own rows.
    values = np.concatenate([part["values"].T for part in parts], axis=1)[:, order].T
    rows = IndicatorRows(**{name: array[order] for name, array in joined.items()}, values=values)
    return Advanced(rows, np.concatenate([part["states"] for part in parts], axis=1))
