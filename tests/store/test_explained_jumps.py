from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from contents import query
from payloads import Row, payload

from technic_pipeline.sources import ExplainedJump
from technic_pipeline.store.explained_jumps import ExplainedJumpsReport, record_explained_jumps
from technic_pipeline.store.ingest import ingest

SINCE = (
    "select session, bars_since_jump from indicators join symbols using (symbol_id)"
    " where ticker = 'AC' order by session desc limit 1"
)


@pytest.fixture
def jumped(store: sa.Engine, sessions: list[date], settle: Callable[[], None]) -> sa.Engine:
    """A company whose price falls to a tenth at the open of the third session."""
    for at, session in enumerate(sessions[:6]):
        price = 744.0 if at < 2 else 33.9
        ingest(store, payload(session, [Row("AC", price, price, price, price)]))
    settle()
    return store


def test_an_explained_jump_counts_no_more_and_a_withdrawn_explanation_counts_again(
    jumped: sa.Engine, sessions: list[date], settle: Callable[[], None]
) -> None:
    explained = [ExplainedJump("AC", sessions[2])]
    before = query(jumped, SINCE)

    added = record_explained_jumps(jumped, explained)
    settle()
    cleared = query(jumped, SINCE)
    again = record_explained_jumps(jumped, explained)
    withdrawn = record_explained_jumps(jumped, [])
    settle()

    assert before == [(sessions[5], 3.0)]
    assert (added, cleared) == (ExplainedJumpsReport(1, 1, 0), [(sessions[5], None)])
    assert again == ExplainedJumpsReport(1, 0, 0)
    assert withdrawn == ExplainedJumpsReport(0, 0, 1)
    assert query(jumped, SINCE) == before


def test_an_explanation_of_another_day_or_ticker_changes_nothing(
    jumped: sa.Engine, sessions: list[date], settle: Callable[[], None]
) -> None:
    before = query(jumped, SINCE)

    record_explained_jumps(
        jumped, [ExplainedJump("AC", sessions[3]), ExplainedJump("ACX", sessions[2])]
    )
    settle()

    assert query(jumped, SINCE) == before
