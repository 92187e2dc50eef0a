"""The command `technic run` for one session, from its start to its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from technic_pipeline.pipeline import READ_AGAIN
from technic_pipeline.project_files import project_folder
from technic_pipeline.settings import PREFIX
from tests.benchmarks.clock import timed
from tests.benchmarks.daily import work_daily_evening
from tests.benchmarks.scale import Scale
from tests.benchmarks.simulated_history import SimulatedHistory, history_of
from tests.benchmarks.verdict import CaseReport, at_most
from tests.vendor_directory import write_day, write_lists

ROOT = Path(__file__).parents[2]
TECHNIC = "from technic_pipeline.cli import main; main()"
ALLOWED_SECONDS = 1.0


def measure(scale: Scale) -> CaseReport:
    """Against Dagster's own time for five assets, plus an evening's work, plus a second.

    The market comes from files: a day file a session, lists of splits and symbols, new ratios.
    """
    history = history_of(scale)
    with tempfile.TemporaryDirectory() as folder:
        files, dagster_home = Path(folder, "files"), Path(folder, "dagster")
        for made in (files, dagster_home):
            made.mkdir()
        shutil.copy(project_folder("dagster_home") / "dagster.yaml", dagster_home)
        # What Dagster and Python make on their first start is not measured.
        _run_next_session(history, files)
        _run_trivial_job(dagster_home)
        seconds = [
            (
                _run_next_session(history, files),
                _run_trivial_job(dagster_home),
                work_daily_evening(history).total,
            )
            for _ in range(scale.repetitions)
        ]
    figure, trivial, daily = (min(of_call) for of_call in zip(*seconds, strict=True))
    return CaseReport(
        case="run",
        work=f"technic run for one session, {history.words}",
        verdicts=(
            at_most(
                "whole process",
                figure,
                "s",
                f"trivial job {trivial:.3g} s + daily {daily:.3g} s + {ALLOWED_SECONDS:g} s",
                trivial + daily + ALLOWED_SECONDS,
                times=1.0,
            ),
        ),
        raw={
            "seconds": [
                {"technic_run": ours, "trivial_job": theirs, "daily": evening}
                for ours, theirs, evening in seconds
            ]
        },
    )


def _run_next_session(history: SimulatedHistory, files: Path) -> float:
    session, calendar = history.following(), history.market.calendar
    # The sessions just before are read again.
    for back in range(READ_AGAIN, -1, -1):
        write_day(files, history.bars(calendar.before(session, back)))
    write_lists(files, history.source, session)
    command = [sys.executable, "-c", TECHNIC, "run", "--session", str(session)]
    settings = {
        "TECHNIC_HOME": str(history.home),
        "TECHNIC_SOURCE": "flatfiles",
        "TECHNIC_FLATFILES_DIR": str(files),
    }
    # In a folder of its own, where no .env is.
    return _process_seconds(command, files, settings)


def _run_trivial_job(dagster_home: Path) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.trivial_job"]
    return _process_seconds(command, dagster_home, {"DAGSTER_HOME": str(dagster_home)})


def _process_seconds(command: list[str], folder: Path, settings: Mapping[str, str]) -> float:
    own = {
        name: value
        for name, value in os.environ.items()
        # Where bytecode is not kept, every process compiles Dagster anew.
        if not name.startswith(PREFIX) and name not in {"DAGSTER_HOME", "PYTHONDONTWRITEBYTECODE"}
    }
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {**own, "PYTHONPATH": paths, **settings}
    run = partial(subprocess.run, command, cwd=folder, env=environment, check=False, text=True)
    seconds, ended = timed(partial(run, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
    assert ended.returncode == 0, ended.stderr
    return seconds
