"""A change that is committed while others are followed waits for the next time, and is not lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from payloads import Row, payload

from technic_pipeline.delta import DeltaReport, follow_changes
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import Split, TickerChange
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.ticker_changes import apply_ticker_changes
from technic_pipeline.verification import choose_symbols, verify_symbols

TICKERS = [f"T{number}" for number in range(6)]


class Interrupted(Cpu):
    """The processor, during whose first work something else is committed."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile: Callable[[], object] | None = meanwhile

    def advance(self, *given: Any) -> Any:
        """As the processor, from what was read before."""
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().advance(*given)


@pytest.fixture
def days(calendar: Calendar) -> list[date]:
    return calendar.between(date(2016, 1, 4), date(2016, 2, 29))


def bars(day: date, factor: float = 1.0) -> list[Row]:
    closes = [factor * (20.0 + at + math.sin(day.toordinal() * (at + 1))) for at in range(6)]
    return [Row(t, c, c + 1, c - 1, c) for t, c in zip(TICKERS, closes, strict=True)]


@pytest.mark.parametrize(
    ("meanwhile", "waiting"),
    [
        pytest.param(
            lambda engine, days: ingest(engine, payload(days[5], bars(days[5], 1.1))),
            6,
            id="a correction of long ago",
        ),
        pytest.param(
            lambda engine, days: ingest(engine, payload(days[-1], bars(days[-1]))),
            6,
            id="the next session",
        ),
        pytest.param(
            lambda engine, days: record_splits(engine, [Split("T2", days[7], 1.0, 2.0)]),
            1,
            id="a split",
        ),
        pytest.param(
            lambda engine, days: apply_ticker_changes(engine, [TickerChange("T0", "T1", days[9])]),
            3,
            id="bars that change owner",
        ),
    ],
)
def test_what_is_committed_meanwhile_is_followed_the_next_time(
    meanwhile: Callable[[sa.Engine, list[date]], object],
    waiting: int,
    engine: sa.Engine,
    database_url: str,
    servers: Endpoints,
    calendar: Calendar,
    days: list[date],
) -> None:
    ensure_partitions(engine, days[0], days[-1])
    for day in days[:-1]:
        ingest(engine, payload(day, bars(day)))

    def follow(computing: Cpu) -> DeltaReport:
        return follow_changes(database_url, servers.redis_url, engine, calendar, computing)

    assert follow(Interrupted(lambda: meanwhile(engine, days))).symbols == len(TICKERS)
    assert follow(Cpu()).symbols == waiting
    assert follow(Cpu()).symbols == 0
    found = verify_symbols(database_url, choose_symbols(engine, [], None), calendar)
    assert (found.faults, found.pending, found.examples) == (0, 0, [])
    with engine.connect() as connection:
        assert found.rows == connection.scalar(sa.text("select count(*) from daily_bars"))
