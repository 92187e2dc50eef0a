"""What happens at a time of day: state made ready, and everything verified."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import redis
from market_runs import run_market

from technic_pipeline.definitions import defs
from technic_pipeline.defs.schedules import prefetch, schedules
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar

NEW_YORK = ZoneInfo("America/New_York")


def tick(calendar: Calendar, at: datetime) -> dg.RunRequest | dg.SkipReason:
    """What the prefetch's schedule answers at a time."""
    schedule = schedules(calendar)[0]
    with (
        dg.instance_for_test() as instance,
        dg.build_schedule_context(instance=instance, scheduled_execution_time=at) as context,
    ):
        data = schedule.evaluate_tick(context)
    if data.run_requests:
        return data.run_requests[0]
    return dg.SkipReason(data.skip_message)


def test_state_is_made_ready_on_the_days_on_which_the_exchange_trades(calendar: Calendar) -> None:
    request = tick(calendar, datetime(2016, 5, 27, 15, 30, tzinfo=NEW_YORK))
    holiday = tick(calendar, datetime(2016, 5, 30, 15, 30, tzinfo=NEW_YORK))
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == "2016-05-27"
    assert isinstance(holiday, dg.SkipReason)
    assert holiday.skip_message == "2016-05-30 is no session of XNYS"


def test_both_schedules_keep_the_exchange_s_time(calendar: Calendar) -> None:
    assert {s.execution_timezone for s in schedules(calendar)} == {"America/New_York"}


@pytest.mark.usefixtures("market")
def test_the_prefetch_makes_state_for_every_symbol_that_has_none(servers: Endpoints) -> None:
    job = defs.resolve_job_def(prefetch.name)
    with dg.instance_for_test() as instance:
        run_market(instance, "2016-03-21", "2016-04-04")
        redis.Redis.from_url(servers.redis_url).flushdb()
        counts = [_counts(job.execute_in_process(instance=instance)) for _ in range(2)]
        evening = run_market(instance, "2016-04-05", "2016-04-05")
    assert counts == [(7, 7), (7, 0)]
    (followed,) = evening.asset_materializations_for_node("indicators")
    assert followed.metadata["hit_rate"].value == 1.0


def _counts(result: dg.ExecuteInProcessResult) -> tuple[object, object]:
    (made,) = result.asset_materializations_for_node("indicator_state")
    return made.metadata["expected_symbols"].value, made.metadata["rebuilt_symbols"].value
