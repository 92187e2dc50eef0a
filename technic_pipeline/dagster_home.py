"""Where Dagster keeps its own records when nobody says otherwise."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from technic_pipeline.project_files import project_folder
from technic_pipeline.settings import Settings


def use_dagster_home(settings: Settings) -> Path:
    """The folder in DAGSTER_HOME, or one below TECHNIC_HOME, made and set when there is none."""
    chosen = os.environ.get("DAGSTER_HOME")
    if chosen:
        return Path(chosen)
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copy(project_folder("dagster_home") / "dagster.yaml", home)
    os.environ["DAGSTER_HOME"] = str(home)
    return home
