"""Where migrations, SQL and dagster.yaml are: beside the package, or in it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def project_folder(name: str) -> Path:
    """The folder `migrations`, `sql` or `dagster_home`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
