"""Whatever a day file holds, the session is stored whole, each row once, or nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from contents import contents, query
from damaged_day_files import day_files, day_text, packed
from hypothesis import given
from mutations import assert_says, fuzzed
from vendor_directory import day_file

from technic_pipeline.errors import MalformedInput, NoUsableBars, TechnicError
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.store.ingest import IngestReport, ingest

SESSION = date(2015, 3, 20)


@pytest.fixture
def source(tmp_path: Path, calendar: Calendar) -> Iterator[FlatFiles]:
    """A directory with the session's day file."""
    path = day_file(tmp_path, SESSION)
    path.parent.mkdir(parents=True)
    path.write_bytes(packed(day_text(SESSION).encode()))
    return FlatFiles.open(tmp_path, calendar)


@fuzzed(0.3)
@given(content=day_files(SESSION))
def test_a_session_is_stored_whole_or_not_at_all(
    store: sa.Engine, source: FlatFiles, content: bytes
) -> None:
    place = source.day_files.place(SESSION)
    Path(place).write_bytes(content)
    before = contents(store)
    try:
        report = ingest(store, source.bars(SESSION), confirm_removals=True)
    except TechnicError as refused:
        said = {MalformedInput: place, NoUsableBars: str(SESSION)}
        assert_says(refused, said[type(refused)])
        assert contents(store) == before
    else:
        assert_every_row_is_somewhere(store, report)


def assert_every_row_is_somewhere(store: sa.Engine, report: IngestReport) -> None:
    """Each row of the payload is a stored bar or a rejected row of this batch."""
    if report.batch_id is None:
        return
    at = {"session": SESSION, "batch": report.batch_id}
    ((stored,),) = query(store, "select count(*) from daily_bars where session = :session", **at)
    ((rejected,),) = query(
        store, "select count(*) from rejected_bars where batch_id = :batch", **at
    )
    # A bar whose row is rejected now stays as it was.
    kept = stored + rejected - report.rows
    assert 0 <= kept <= rejected
    assert rejected == sum(report.rejected.values())
