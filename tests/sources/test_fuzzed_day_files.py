"""Whatever a day file holds, it is read as bars or refused by its name, in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from damaged_day_files import day_files
from hypothesis import given
from mutations import assert_says, fuzzed
from vendor_files import SESSION, day_file

from technic_pipeline.errors import MalformedInput
from technic_pipeline.sessions import load_calendar
from technic_pipeline.sources.bars import NUMBERS, SessionBars
from technic_pipeline.sources.flatfiles import FlatFiles
from technic_pipeline.store.validation import judge


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> FlatFiles:
    """A directory with one day file."""
    root = tmp_path_factory.mktemp("flatfiles")
    day_file(root).touch()
    return FlatFiles.open(root, load_calendar("XNYS"))


@fuzzed()
@given(content=day_files(SESSION))
def test_it_is_read_as_bars_or_refused_by_its_name(source: FlatFiles, content: bytes) -> None:
    place = source.day_files.place(SESSION)
    Path(place).write_bytes(content)
    try:
        bars = source.bars(SESSION)
    except MalformedInput as refused:
        assert_says(refused, place)
    else:
        assert_whole(bars)


def assert_whole(bars: SessionBars) -> None:
    """Every column has every row, and what follows can judge and digest them."""
    assert len(bars) > 0
    assert {len(getattr(bars, name)) for name in ("day", *NUMBERS)} == {len(bars)}
    assert bars.ticker.null_count == 0
    assert len(judge(bars).accepted) <= len(bars)
    assert re.fullmatch("[0-9a-f]{64}", bars.content_sha256())
