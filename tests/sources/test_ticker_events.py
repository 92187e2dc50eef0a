from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from technic_pipeline.errors import MalformedInput
from technic_pipeline.sources import ExplainedJump, TickerChange
from technic_pipeline.sources.ticker_events import read_explained_jumps, read_ticker_changes

RENAMED = """
{"results": [{"events": [
    {"type": "ticker_change", "date": "2022-06-09", "ticker_change": {"ticker": "META"}},
    {"type": "jump_explained", "date": "2022-07-01", "ticker": "META"},
    {"date": "2012-05-18", "ticker_change": {"ticker": "FB"}}]}]}
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "ticker_events.json"
    path.write_text(text)
    return path


def test_changes_of_ticker_and_explained_jumps_stand_in_one_file(tmp_path: Path) -> None:
    path = _written(tmp_path, RENAMED)

    assert read_ticker_changes(path) == [TickerChange("FB", "META", date(2022, 6, 9))]
    assert read_explained_jumps(path) == [ExplainedJump("META", date(2022, 7, 1))]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ('{"type": "merger", "date": "2022-06-09"}', "Invalid enum value 'merger'"),
        ('{"type": "jump_explained", "date": "2022-06-09"}', "has no 'ticker'"),
        ('{"date": "2022-06-09"}', "has no 'ticker_change'"),
        (
            '{"type": "jump_explained", "date": "soon", "ticker": "A"}',
            "$.results[0].events[0].date",
        ),
    ],
)
def test_an_event_that_says_too_little_is_refused(tmp_path: Path, event: str, says: str) -> None:
    path = _written(tmp_path, '{"results": [{"events": [' + event + "]}]}")

    with pytest.raises(MalformedInput) as refused:
        read_ticker_changes(path)
        read_explained_jumps(path)

    assert says in str(refused.value)
    assert str(path) in str(refused.value)
