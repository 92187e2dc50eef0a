"""TECHNIC_ENGINE: which engine it gives, and what is said where that one cannot run."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from histories import history_of, walk

from technic_pipeline.engines import choosing
from technic_pipeline.engines.choosing import WhicheverIsWorthIt, open_engine
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.errors import EngineUnavailable
from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.services import Endpoints
from technic_pipeline.settings import Settings

TECHNIC = "from technic_pipeline.cli import main; main()"


@pytest.mark.parametrize("name", ["auto", "cpu"])
def test_without_a_device_or_a_cluster_it_is_the_processor(name: choosing.EngineName) -> None:
    if find_spec("cupy"):
        pytest.skip("a device may be here")
    assert isinstance(open_engine(name, 2, None), Cpu)


@pytest.mark.parametrize(
    ("name", "package", "said"),
    [
        ("gpu", "cupy", "cupy and numba_cuda not installed; install technic-pipeline[gpu]"),
        ("ray", "ray", "ray not installed; install technic-pipeline[ray]"),
    ],
)
def test_an_engine_without_its_packages_is_refused_with_what_to_install(
    name: choosing.EngineName, package: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "find_spec", lambda _: None)
    open_engine.cache_clear()
    with pytest.raises(EngineUnavailable) as refused:
        open_engine(name, None, None)
    assert package in str(refused.value)
    assert said in str(refused.value)
    open_engine.cache_clear()


def test_without_a_device_the_gpu_engine_says_so() -> None:
    """In a process of its own, where nothing has asked for a device yet."""
    program = "from technic_pipeline.engines.gpu import Gpu; Gpu()"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    if ended.returncode == 0:
        pytest.skip("a device is here")
    assert "EngineUnavailable: the engine 'gpu' cannot run here: no NVIDIA device" in ended.stderr


def test_auto_takes_the_device_for_many_bars_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = Cpu(1), Cpu(2)
    asked: list[Cpu] = []
    for engine in (few, many):
        real = engine.advance
        monkeypatch.setattr(
            engine, "advance", lambda *a, e=engine, r=real: (asked.append(e), r(*a))[1]
        )
    monkeypatch.setattr(choosing, "BARS_WORTH_SENDING", 30)
    auto = WhicheverIsWorthIt(few, many)
    for count in (29, 30):
        history = history_of([walk(1, count=count)])
        compute(auto, history, np.zeros(1, dtype=np.int64), REGISTRY, ["sma_10"])
    assert asked == [few, many]


def test_the_settings_name_engine_threads_and_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHNIC_ENGINE", "ray")
    monkeypatch.setenv("TECHNIC_THREADS", "3")
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    settings = Settings()
    chosen = settings.engine, settings.threads, settings.ray_address
    assert chosen == ("ray", 3, "10.0.0.1:6379")


def test_a_run_with_an_engine_that_cannot_run_ends_in_one_line_before_anything_is_written(
    database_url: str, servers: Endpoints, tmp_path: Path
) -> None:
    if find_spec("cupy"):
        pytest.skip("a device may be here")
    environment = {
        "TECHNIC_ENGINE": "gpu",
        "TECHNIC_DATABASE_URL": database_url,
        "TECHNIC_REDIS_URL": servers.redis_url,
        "TECHNIC_HOME": str(tmp_path),
        "TECHNIC_SIMULATED_SYMBOLS": "5",
    }
    ended = subprocess.run(
        [sys.executable, "-c", TECHNIC, "run"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().count("\n") == 0
    assert "the engine 'gpu' cannot run here" in ended.stderr
