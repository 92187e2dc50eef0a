"""A backup with pg_dump, restored on another server, goes on with the next session."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from commands import TICKERS, Technic
from databases import create_database, drop_database
from dayfiles import write_day

import technic_pipeline.services.binaries as programs
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.roles import WRITER, acting_as

RESTORED = "restored"
# Everything that a session's evening leaves, by ticker: ids depend on the order of arrival.
LEFT = {
    "indicators": """
        select s.ticker, (to_jsonb(i) - 'symbol_id' - 'engine_build_id')::text
        from indicators i join symbols s using (symbol_id) where i.session = %s order by 1""",
    "scan_results": """
        select r.ticker, (to_jsonb(r) - 'symbol_id' - 'scan_run_id')::text
        from scan_results r where r.session = %s order by r.scan, r.rank""",
    "scan_funnel": "select scan, reason, symbols from scan_funnel where session = %s order by 1, 2",
}


@pytest.fixture
def programs_folder() -> Path:
    """Where the wheel has pg_dump and pg_restore."""
    spec = programs.find_spec(programs.POSTGRES.package)
    assert spec is not None and spec.submodule_search_locations
    site = Path(next(iter(spec.submodule_search_locations))).parent
    return (site / programs.POSTGRES.program).parent


@pytest.fixture
def restored_url(
    other_servers: Endpoints, published: Technic, programs_folder: Path
) -> Iterator[str]:
    """A database into which a dump of the published one was restored, on a server without roles."""
    assert published
    url = create_database(other_servers, RESTORED, "template0")
    dump = [programs_folder / "pg_dump", "--format=custom", os.environ["TECHNIC_DATABASE_URL"]]
    restore = [programs_folder / "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges"]
    restore += ["--dbname", url]
    dumped = subprocess.run(dump, check=True, capture_output=True)
    subprocess.run(restore, check=True, input=dumped.stdout)
    yield url
    engine_for(url).dispose()
    drop_database(other_servers, RESTORED)


def left_by(url: str, session: date) -> dict[str, list[tuple]]:
    with psycopg.connect(url) as connection:
        return {
            name: connection.execute(query.encode(), [session]).fetchall()
            for name, query in LEFT.items()
        }


def test_a_restored_backup_goes_on_with_the_next_session_and_verifies(
    published: Technic,
    market: Path,
    days: list[date],
    calendar: Calendar,
    restored_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    following = calendar.before(days[-1], -1)
    write_day(market, following, {t: 19.0 + at for at, t in enumerate(TICKERS)})
    assert published("run").status == 0
    expected = left_by(os.environ["TECHNIC_DATABASE_URL"], following)

    monkeypatch.setenv("TECHNIC_DATABASE_URL", restored_url)
    assert acting_as(WRITER, restored_url) == restored_url
    assert "already at revision" in published("db", "upgrade").out
    assert acting_as(WRITER, restored_url) != restored_url
    ran = published("run")
    assert ran.status == 0, ran.err
    verified = published("verify", "--all")
    assert verified.status == 0, verified.out
    assert f"{len(TICKERS) * (len(days) + 1)} rows recomputed: 0 differ, 0 are missing" in (
        " ".join(verified.out.split())
    )
    assert left_by(restored_url, following) == expected
    assert len(expected["indicators"]) == len(TICKERS)
    assert expected["scan_results"]
