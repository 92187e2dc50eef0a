"""An indicator that somebody adds: one file and one line, and every engine runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import technic_pipeline

FILE = '''"""Half of the close: what nobody needs."""

from technic_pipeline.indicators.indicator import HISTORY, Indicator
from technic_pipeline.indicators.lanes import lanes_of


def halved(close, out, state, block, part):
    """The close over `part`, and the mean of it and the one before, which the state keeps."""
    for row in range(block.active.size):
        today = row + HISTORY
        for lane in lanes_of(block, row):
            share = close[today, lane] / part
            out[today, lane] = (share + state[0, lane]) / 2.0
            state[0, lane] = share


def half() -> Indicator:
    """Column `half`."""
    return Indicator(("half",), halved, ("close",), (2.0,), (0.0,))
'''
IMPORT = "from technic_pipeline.indicators.halved import half\n"
LINE = "    half(),\n"
PROGRAM = """
import sys
import numpy as np
from histories import history_of, walk
from technic_pipeline.engines.engine import compute
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS
assert "half" in STORED_COLUMNS
if sys.argv[1] == "gpu":
    from technic_pipeline.engines.gpu import Gpu
    engines = [Gpu()]
else:
    from technic_pipeline.engines.cpu import Cpu
    from technic_pipeline.engines.ray_cluster import RayCluster
    engines = [Cpu(), RayCluster()]
history = history_of([walk(seed, count=40) for seed in (1, 2)])
own = [indicator for indicator in REGISTRY if "half" in indicator.columns]
expected = []
for symbol in range(2):
    before = 0.0
    for close in history.close[history.start[symbol] : history.start[symbol + 1]].tolist():
        expected.append((close / 2.0 + before) / 2.0)
        before = close / 2.0
for engine in engines:
    rows = compute(engine, history, np.zeros(2, dtype=np.int64), own, ["half"])
    order = np.lexsort((rows.session, rows.symbol_id))
    assert rows.values[order, 0].tolist() == expected, engine.name
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with another indicator."""
    root = tmp_path_factory.mktemp("extended")
    package = root / "technic_pipeline"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(technic_pipeline.__file__).parent, package, ignore=ignored)
    (package / "indicators" / "halved.py").write_text(FILE, encoding="utf-8")
    registry = package / "indicators" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    first = "from technic_pipeline.indicators.atr import"
    text = text.replace(first, IMPORT + first, 1).replace(
        "    change_pct(),\n", "    change_pct(),\n" + LINE, 1
    )
    registry.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("engine", ["cpu and ray", "gpu"])
def test_one_file_and_one_line_and_it_runs_on_every_engine(engine: str, extended: Path) -> None:
    simulated = {"NUMBA_ENABLE_CUDASIM": "1"} if engine == "gpu" else {}
    paths = os.pathsep.join([str(extended), str(Path(__file__).parents[1])])
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, engine],
        env=os.environ | simulated | {"PYTHONPATH": paths, "XDG_CACHE_HOME": str(extended)},
        cwd=extended,
        check=True,
    )
