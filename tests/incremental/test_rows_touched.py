"""A change of one symbol touches that symbol's rows, from the change on; counted, not timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import operations as op
import pytest
import sqlalchemy as sa
from following import follow, forget_connections
from market import ARRIVED, TICKERS
from replay import Replay, Servers, begin
from touched_rows import Touched, count_touched

from technic_pipeline.delta import DeltaReport
from technic_pipeline.store.database import engine_for

# With fewer the planner would rather read everything than look for one.
CROWD = 60
# A quarter of a year of sessions.
THREE_MONTHS = 63
PLACES = (
    "select ticker, session, i.ctid::text, i.xmin::text, i.tableoid from indicators i"
    " join symbols using (symbol_id) where ticker <> :ticker order by 1, 2"
)


@dataclass(frozen=True)
class Followed:
    """What following a change reported and touched."""

    report: DeltaReport
    indicators: Touched
    bars: Touched


@pytest.fixture
def replay(markets: Servers) -> Replay:
    """The market before any operation; the planner knows how large it is."""
    replay = begin(markets, CROWD)
    with replay.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))
    return replay


@pytest.fixture
def followed(replay: Replay) -> Iterator[Callable[[], Followed]]:
    """Follows the pending changes and counts what that touched."""
    at = replay.servers

    def counted() -> Followed:
        before = [_count(at, table) for table in ("indicators", "daily_bars")]
        report = follow(at.url, at.redis_url, replay.engine, at.calendar)
        after = [_count(at, table) for table in ("indicators", "daily_bars")]
        return Followed(report, *(b.since(a) for a, b in zip(before, after, strict=True)))

    yield counted
    replay.settle()


def _count(servers: Servers, table: str) -> Touched:
    forget_connections(servers.url, servers.whole_url)
    return count_touched(servers.url, table)


def _places(replay: Replay, but: str) -> list[tuple]:
    """Where each stored row lies, and which transaction put it there; `but` one ticker's."""
    with engine_for(replay.servers.url).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(PLACES), {"ticker": but})]


def told(report: DeltaReport) -> tuple[int, int, tuple[date, ...]]:
    """Symbols changed, rows written, sessions restated."""
    return report.symbols, report.rows, tuple(sorted(report.restated))


def _restated(replay: Replay, first: int) -> tuple[date, ...]:
    return tuple(replay.market.sessions[first:ARRIVED])


@pytest.mark.parametrize("kind", ["price", "volume"])
def test_a_revised_bar_of_three_months_ago_restates_its_symbol_alone(
    replay: Replay, followed: Callable[[], Followed], kind: op.Kind
) -> None:
    first = ARRIVED - THREE_MONTHS
    others = _places(replay, "LONG")
    replay.does(op.Arrive(THREE_MONTHS - 1, (op.Revised("LONG", kind),)))

    result = followed()

    assert told(result.report) == (1, THREE_MONTHS, _restated(replay, first))
    assert result.indicators.written == THREE_MONTHS
    assert result.indicators.deleted == THREE_MONTHS
    assert result.indicators.read <= THREE_MONTHS
    assert result.bars.written == result.bars.deleted == 0
    # One more is looked at to learn the newest session.
    assert result.bars.read <= ARRIVED + 1
    assert _places(replay, "LONG") == others


def test_a_late_bar_of_the_newest_session_writes_one_row(
    replay: Replay, followed: Callable[[], Followed]
) -> None:
    replay.does(op.Arrive(0, (op.Revised("LONG", "absent"),)))
    replay.follow(replay.servers.redis_url)
    others = _places(replay, "LONG")
    replay.does(op.Arrive(0, (op.Revised("LONG", "as listed"),)))

    result = followed()

    assert told(result.report) == (1, 1, ())
    assert result.indicators == Touched(written=1, deleted=0, read=1)
    assert result.bars.written == result.bars.deleted == 0
    # One more is looked at to learn the newest session.
    assert result.bars.read <= ARRIVED + 1
    assert _places(replay, "LONG") == others


def test_a_removed_bar_of_the_newest_session_removes_one_row(
    replay: Replay, followed: Callable[[], Followed]
) -> None:
    others = _places(replay, "LONG")
    replay.does(op.Arrive(0, (op.Revised("LONG", "absent"),)))

    result = followed()

    assert told(result.report) == (1, 0, _restated(replay, ARRIVED - 1))
    assert (result.indicators.written, result.indicators.deleted) == (0, 1)
    # One more is looked at to learn the newest session.
    assert result.bars.read <= ARRIVED + 1
    assert _places(replay, "LONG") == others


def test_a_split_that_becomes_known_late_restates_its_symbol_from_its_first_bar_after(
    replay: Replay, followed: Callable[[], Followed]
) -> None:
    first = ARRIVED - THREE_MONTHS
    others = _places(replay, "LONG")
    replay.does(op.ListSplit("LONG", THREE_MONTHS - 1, (1.0, 2.0)))

    result = followed()

    assert told(result.report) == (1, THREE_MONTHS, _restated(replay, first))
    assert result.indicators.written == THREE_MONTHS
    assert _places(replay, "LONG") == others


def test_a_new_session_reads_and_removes_no_stored_row(
    replay: Replay, followed: Callable[[], Followed]
) -> None:
    before = _places(replay, "")
    replay.does(op.Arrive(-1))
    arrived = len(replay.market.bars[ARRIVED])

    result = followed()

    assert 0 < arrived < len(TICKERS)
    assert told(result.report) == (arrived, arrived, ())
    assert result.report.resumed == result.report.bars_read == arrived
    # Of each symbol the row by which its state is known, and the bar that came.
    assert result.indicators == Touched(written=arrived, deleted=0, read=arrived)
    assert result.bars.read <= arrived + 1
    assert set(before) <= set(_places(replay, ""))


@pytest.mark.parametrize("ignored", ["vwap", "as listed"])
def test_what_moves_no_indicator_touches_none(
    replay: Replay, followed: Callable[[], Followed], ignored: op.Kind
) -> None:
    replay.does(op.Arrive(0, (op.Revised("LONG", ignored),)))

    result = followed()

    assert told(result.report) == (0, 0, ())
    assert result.indicators == result.bars == Touched(0, 0, 0)
