"""Which published versions a session's report shows, and the edition that they make it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.schema_scans import scan_runs

# What a page is made by.
PROGRAM = (".py", ".html", ".css", ".js")


@dataclass(frozen=True, eq=False)
class ShownVersion:
    """The newest version of one scan of a session, as `scan_runs` describes it.

    `previous_scan_run_id` is 0 where there was no session before; then `previous_session` says
    nothing.
    """

    scan_run_id: int
    scan: str
    version: int
    population: int
    ranked: int
    previous_scan_run_id: int
    previous_session: date
    published_at: datetime
    stale_since: datetime | None
    definition: dict[str, Any]


def read_versions(url: str, session: date) -> tuple[ShownVersion, ...]:
    """The newest version of every scan of a session, the default scan first; maybe none."""
    rows = read_packed(url, "report_runs", [session]).to_pylist()
    versions = [
        ShownVersion(
            **row
            | {
                "published_at": datetime.fromtimestamp(row["published_at"], UTC),
                "stale_since": _moment(row["stale_since"]),
                "definition": msgspec.json.decode(row["definition"]),
            }
        )
        for row in rows
    ]
    return tuple(sorted(versions, key=lambda v: (v.scan != DEFAULT_SCAN, v.scan)))


def newest_published(engine: sa.Engine) -> date | None:
    """The newest session of which any scan has been published, if one has."""
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.max(scan_runs.c.session)))


def edition(versions: tuple[ShownVersion, ...]) -> str:
    """A digest of what a page is made from: versions, since when they are stale, and this program.

    Of the program, so that what it writes wrongly goes with the version that corrects it.
    """
    said = [(v.scan_run_id, str(v.stale_since)) for v in versions]
    return hashlib.sha256(f"{said} {_program_sha256()}".encode()).hexdigest()[:16]


@cache
def _program_sha256() -> str:
    folder = Path(str(resources.files("technic_pipeline.report")))
    files = sorted(path for path in folder.rglob("*") if path.suffix in PROGRAM)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
