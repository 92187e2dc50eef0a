"""Shards of symbols as tasks of a Ray cluster: the processor's bits, whatever shards there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from calls import CALLS, assert_same
from histories import history_of, symbols
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from technic_pipeline.engines import ray_cluster
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import BarHistory, SplitRecords
from technic_pipeline.engines.ray_cluster import RayCluster, as_arrays, from_arrays, ray, shards
from technic_pipeline.errors import EnginesDiffer, EngineUnavailable
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    """One of this machine alone."""
    yield RayCluster()
    ray.shutdown()


@pytest.fixture(params=[1, 100, 50_000], ids=lambda bars: f"{bars} bars a task")
def bars_a_task(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(ray_cluster, "BARS_A_TASK", request.param)
    return request.param


@pytest.mark.usefixtures("bars_a_task")
@pytest.mark.parametrize("name", CALLS)
def test_tasks_give_the_processor_s_bits(name: str, cluster: RayCluster) -> None:
    assert_same(CALLS[name]().of(cluster), CALLS[name]().of(Cpu(1)))


@given(listed=st.lists(symbols(), min_size=1, max_size=5))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_market_gives_the_same_on_two_threads_and_on_the_cluster(
    cluster: RayCluster, monkeypatch: pytest.MonkeyPatch, listed: list
) -> None:
    monkeypatch.setattr(ray_cluster, "BARS_A_TASK", 40)
    history = history_of(listed)
    first = np.zeros(len(listed), dtype=np.int64)
    engines = (Cpu(1), Cpu(2), cluster)
    one, *others = (compute(e, history, first, REGISTRY, STORED_COLUMNS) for e in engines)
    for other in others:
        orders = (np.lexsort((rows.symbol_id, rows.session)) for rows in (one, other))
        for_one, for_other = orders
        for name in ("symbol_id", "session", "bars", "digest", "values"):
            ours, theirs = getattr(one, name)[for_one], getattr(other, name)[for_other]
            assert ours.tobytes() == theirs.tobytes()


@given(listed=st.lists(symbols(longest=20), min_size=1, max_size=5))
def test_a_history_comes_back_from_its_arrays_whole_or_in_shards(listed: list) -> None:
    history = history_of(listed)
    assert_equal(from_arrays(as_arrays(history)), history)
    bounds = list(shards(history))
    assert [end for _, end in bounds][-1] == len(listed)
    pieces = [history.of_symbols(first, end) for first, end in bounds]
    for name in ("symbol_id", "session", "close", "volume"):
        joined = np.concatenate([getattr(piece, name) for piece in pieces])
        assert np.array_equal(joined, getattr(history, name))


def assert_equal(ours: BarHistory, theirs: BarHistory) -> None:
    for each in fields(BarHistory):
        a, b = getattr(ours, each.name), getattr(theirs, each.name)
        parts = fields(a) if each.name in ("splits", "before") else None
        pairs = [(getattr(a, p.name), getattr(b, p.name)) for p in parts] if parts else [(a, b)]
        for found, expected in pairs:
            np.testing.assert_array_equal(found, expected, each.name)


def test_shards_hold_about_as_many_bars_as_a_task_is_to_have() -> None:
    none = np.empty(0)
    lengths = np.full(1000, 300)
    total = int(lengths.sum())
    history = BarHistory(
        symbol_id=np.arange(1000, dtype=np.int32),
        start=np.concatenate([[0], np.cumsum(lengths)]),
        session=np.zeros(total, dtype="datetime64[D]"),
        ordinal=np.zeros(total, dtype=np.int32),
        **dict.fromkeys(("open", "high", "low", "close", "volume"), np.ones(total)),
        splits=SplitRecords(none.astype(int), none.astype("datetime64[D]"), none, none),
    )
    sizes = [int(history.start[end] - history.start[first]) for first, end in shards(history)]
    assert sum(sizes) == total
    assert max(sizes) <= ray_cluster.BARS_A_TASK + 300
    assert len(sizes) == total // ray_cluster.BARS_A_TASK


def test_a_cluster_of_another_build_is_refused(
    cluster: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster.fingerprint
    monkeypatch.setattr(ray_cluster, "_everywhere", lambda _: ["0123456789abcdef"])
    with pytest.raises(EnginesDiffer, match="the cluster's is 0123456789abcdef"):
        RayCluster()


def test_an_address_at_which_nobody_answers_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nobody(**_: object) -> None:
        raise ConnectionError("Ray is trying to start at 10.0.0.1\nbut cannot")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", nobody)
    with pytest.raises(EngineUnavailable) as refused:
        RayCluster("10.0.0.1:6379")
    assert "no Ray cluster answers at 10.0.0.1:6379" in str(refused.value)
    assert "\n" not in str(refused.value)
