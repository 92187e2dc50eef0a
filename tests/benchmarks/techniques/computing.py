"""How indicators are computed: from kept state, compiled, side by side, on several machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines import cpu
from technic_pipeline.engines.compiler import compiled
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import Engine, compute
from technic_pipeline.engines.history import BarHistory
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.ray_cluster import RayCluster, ray
from technic_pipeline.engines.state import initial_states
from technic_pipeline.indicators.indicator import HISTORY, Block
from technic_pipeline.indicators.moving_averages import exponential_average
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.scan.definition import load_definitions
from technic_pipeline.scan.used_columns import used_columns
from technic_pipeline.settings import Settings
from tests.benchmarks.clock import side_by_side, timed
from tests.benchmarks.history import indicators_for, random_walks
from tests.benchmarks.scale import Scale
from tests.benchmarks.verdict import Verdict, faster

# Ray's own imports come after the engine's, which says how Ray is to start its workers.
from ray.cluster_utils import Cluster  # isort: skip

MILLISECONDS = 1e3
# Plain Python takes its time.
INTERPRETED_ROWS, INTERPRETED_LANES = 100, 16
MACHINES = 2
# Room for the results, which Ray's own default for a test is not.
MACHINE = {"num_cpus": 1, "object_store_memory": 2 * 10**9}


def measure(scale: Scale) -> Iterator[Verdict]:
    """Incremental updates, lazy vectorised indicators, compiled kernels, Ray."""
    history = random_walks(scale.symbols or 0, scale.sessions or 0)
    yield _incremental(history, scale.repetitions)
    yield _vectorised(history, scale.repetitions)
    yield _compiled(scale.repetitions)
    yield _on_machines(history)


def _incremental(history: BarHistory, repetitions: int) -> Verdict:
    lengths = np.diff(history.start)
    states = initial_states(Layout(REGISTRY), history.symbol_id)
    engine = Cpu()
    every = partial(engine.advance, indicators=REGISTRY, columns=STORED_COLUMNS)
    before = every(history, states, lengths, (lengths - 1)[:, None]).states[0]
    last = history.start[1:] - 1
    names = ("session", "ordinal", "open", "high", "low", "close", "volume")
    newest = BarHistory(
        symbol_id=history.symbol_id,
        start=np.arange(len(lengths) + 1),
        splits=history.splits,
        **{name: getattr(history, name)[last] for name in names},
    )
    first, none = np.zeros(len(lengths), dtype=np.int64), np.empty((len(lengths), 0), dtype=int)
    ours, plain = side_by_side(
        [
            partial(every, newest, before, first, none),
            partial(every, history, states, lengths - 1, none),
        ],
        repetitions,
    )
    words = "incremental updates: a session's bars from kept state"
    return _faster(words, ours, "from every symbol's first bar", plain)


def _vectorised(history: BarHistory, repetitions: int) -> Verdict:
    scan = load_definitions(Settings(scans=None, scans_dir=None))[DEFAULT_SCAN]
    named = [name for name in used_columns(scan) if name in STORED_COLUMNS]
    first = np.zeros(len(history.symbol_id), dtype=np.int64)
    some = partial(compute, Cpu(1), history, first, indicators_for(named), named)

    def all_of_each() -> None:
        with patch.object(cpu, "LANES_A_BLOCK", 1):
            compute(Cpu(1), history, first, REGISTRY, STORED_COLUMNS)

    some()
    ours, plain = side_by_side([some, all_of_each], repetitions)
    words = "lazy vectorised indicators: the columns that a scan names, symbols side by side"
    return _faster(words, ours, "every column, symbol by symbol", plain)


def _compiled(repetitions: int) -> Verdict:
    chance = np.random.default_rng(1)
    close = chance.lognormal(3.0, 0.2, (HISTORY + INTERPRETED_ROWS, INTERPRETED_LANES))
    run = _ema(compiled(exponential_average), close)
    run()
    ours, plain = side_by_side([run, _ema(exponential_average, close)], repetitions)
    words = f"compiled kernels: an EMA of {INTERPRETED_LANES} symbols, {INTERPRETED_ROWS} bars"
    return _faster(words, ours, "the same text in the interpreter", plain)


def _ema(kernel: Callable[..., None], close: NDArray[np.float64]) -> Callable[[], None]:
    rows, lanes = INTERPRETED_ROWS, INTERPRETED_LANES
    block = Block(np.zeros(lanes, dtype=np.int64), np.full(rows, lanes), 0, lanes)
    return partial(kernel, close, np.empty_like(close), np.zeros((1, lanes)), block, 10)


def _on_machines(history: BarHistory) -> Verdict:
    first = np.zeros(len(history.symbol_id), dtype=np.int64)

    def run(engine: Engine) -> None:
        compute(engine, history, first, REGISTRY, STORED_COLUMNS)

    cluster = Cluster(initialize_head=True, head_node_args=MACHINE)
    for _ in range(MACHINES - 1):
        cluster.add_node(**MACHINE)
    joined = RayCluster(cluster.address)
    run(joined)
    ours, _ = timed(partial(run, joined))
    plain, _ = timed(partial(run, Cpu(1)))
    ray.shutdown()
    cluster.shutdown()
    # Both are this machine, to which Ray adds nothing but the way there and back.
    words = f"Ray: {MACHINES} machines of one core"
    return _faster(words, ours, "one core without it", plain, times=0.1)


def _faster(what: str, ours: float, plainly: str, plain: float, times: float = 1.0) -> Verdict:
    return faster(what, ours * MILLISECONDS, "ms", plainly, plain * MILLISECONDS, times=times)
