"""The daily sensor, ticked for real at times of day that the clock is moved to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import sqlalchemy as sa
from databases import TEMPLATE, create_database, drop_database
from dayfiles import write_market
from market_runs import run_market

from technic_pipeline import clock
from technic_pipeline.defs.abandoned import TIME_TO_CONNECT
from technic_pipeline.defs.jobs import JOB_NAME
from technic_pipeline.defs.sensors import FIRST_PAUSE, SESSIONS_TAG, daily_sensor
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings
from technic_pipeline.store.database import (
    close_arrow_connections,
    engine_for,
    run_holder,
    writer_lock,
)

NEW_YORK = ZoneInfo("America/New_York")
# Thanksgiving of 2015 was the 26th, and the day after it a half day.
PUBLISHED = "sensor_market"
FIRST, LAST = "2015-11-23", "2015-12-31"
PRICES = dict.fromkeys((f"T{at}" for at in range(7)), 20.0)

At = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Moves the clock to a time in New York."""

    def move(text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


@pytest.fixture(scope="module")
def published_once(
    servers: Endpoints, calendar: Calendar, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The name of a database with the first session published, and the files that it is from.

    Day files of every session of the weeks around a Thanksgiving.
    """
    root = tmp_path_factory.mktemp("market")
    days = (datetime.fromisoformat(day).date() for day in (FIRST, LAST))
    write_market(root, calendar.between(*days), list(PRICES))
    url = create_database(servers, PUBLISHED, TEMPLATE)
    with pytest.MonkeyPatch.context() as patch, dg.instance_for_test() as instance:
        patch.setenv("TECHNIC_DATABASE_URL", url)
        patch.setenv("TECHNIC_REDIS_URL", servers.redis_url)
        patch.setenv("TECHNIC_SOURCE", "flatfiles")
        patch.setenv("TECHNIC_FLATFILES_DIR", str(root))
        patch.setenv("TECHNIC_SCANS", "swing")
        load_settings.cache_clear()
        run_market(instance, FIRST, FIRST)
    engine_for(url).dispose()
    close_arrow_connections()
    yield PUBLISHED, root
    drop_database(servers, PUBLISHED)


@pytest.fixture
def database_url(servers: Endpoints, published_once: tuple[str, Path]) -> Iterator[str]:
    """A copy of it, of the test's own."""
    name, _ = published_once
    url = create_database(servers, "sensor_copy", name)
    yield url
    engine_for(url).dispose()
    drop_database(servers, "sensor_copy")


@pytest.fixture
def files(
    market_root: Path, published_once: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The day files, of the test's own."""
    monkeypatch.setenv("TECHNIC_SCANS", "swing")
    _, root = published_once
    shutil.copytree(root, market_root)
    return market_root


@pytest.fixture
def instance(files: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's records, of which the first session needs none."""
    assert files.is_dir()
    with dg.instance_for_test() as made:
        yield made


def tick(instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorExecutionData:
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        return daily_sensor().evaluate_tick(context)


def asked(instance: dg.DagsterInstance) -> list[tuple[str | None, str]]:
    """The sessions of the runs that a tick asks for, and their keys."""
    found = tick(instance)
    return [(r.tags[SESSIONS_TAG], r.run_key or "") for r in found.run_requests or []]


def why_not(instance: dg.DagsterInstance) -> str:
    found = tick(instance)
    assert not found.run_requests
    return found.skip_message or ""


@pytest.mark.parametrize(
    ("moment", "sessions", "why"),
    [
        ("2015-11-24T15:59", None, "a minute before the close"),
        ("2015-11-24T16:00", "2015-11-24", "at the close"),
        ("2015-11-24T23:59", "2015-11-24", "late in the evening"),
        ("2015-11-25T15:00", "2015-11-24", "while the next session trades"),
        ("2015-11-27T12:59", "2015-11-24 to 2015-11-25", "a minute before a half day's close"),
        ("2015-11-27T13:00", "2015-11-24 to 2015-11-27", "at a half day's close, after a holiday"),
        ("2015-11-29T12:00", "2015-11-24 to 2015-11-27", "on a Sunday"),
        ("2015-12-11T18:00", "2015-11-24 to 2015-12-11", "after weeks off, in one run"),
    ],
)
def test_a_run_is_asked_for_when_a_session_has_closed(
    instance: dg.DagsterInstance, at: At, moment: str, sessions: str | None, why: str
) -> None:
    at(moment)
    assert asked(instance) == ([(sessions, f"{sessions}, run 1")] if sessions else []), why


@pytest.mark.parametrize(
    ("session", "closes_at"),
    [
        ("2016-03-11", "2016-03-11T21:00+00:00"),
        ("2016-03-14", "2016-03-14T20:00+00:00"),
    ],
    ids=["the Friday before the clocks change", "the Monday after"],
)
def test_the_close_follows_the_clocks_of_the_exchange(
    market_root: Path,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
    session: str,
    closes_at: str,
) -> None:
    days = calendar.between(datetime(2016, 3, 7).date(), datetime(2016, 3, 18).date())
    write_market(market_root, days, list(PRICES))
    monkeypatch.setenv("TECHNIC_SCANS", "swing")
    close = datetime.fromisoformat(closes_at)
    with dg.instance_for_test() as made:
        run_market(made, "2016-03-07", "2016-03-07")
        monkeypatch.setattr(clock, "now", lambda: close - timedelta(seconds=1))
        assert session not in str(asked(made))
        monkeypatch.setattr(clock, "now", lambda: close)
        assert session in str(asked(made))


def test_nothing_is_asked_for_before_anything_is_published(
    instance: dg.DagsterInstance, engine: sa.Engine, at: At
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("truncate scan_runs cascade"))
    at("2015-11-24T18:00")
    assert why_not(instance).startswith("nothing is published yet")


def test_it_says_that_nothing_is_missing_and_when_the_next_session_closes(
    instance: dg.DagsterInstance, at: At
) -> None:
    at("2015-11-24T09:00")
    expected = "2015-11-23 is published; the next session closes at 2015-11-24 16:00 EST"
    assert why_not(instance) == expected


def test_it_says_that_the_source_has_nothing_yet(instance: dg.DagsterInstance, at: At) -> None:
    run_market(instance, "2015-11-24", LAST)
    at("2016-01-04T17:00")
    expected = "2016-01-04 closed at 2016-01-04 16:00 EST; the source has sessions up to 2015-12-31"
    assert why_not(instance) == expected


def test_it_says_what_is_wrong_with_the_settings(
    instance: dg.DagsterInstance, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("2015-11-24T17:00")
    monkeypatch.setenv("TECHNIC_FLATFILES_DIR", "/nowhere")
    load_settings.cache_clear()
    assert "/nowhere" in why_not(instance)


@pytest.mark.parametrize(
    "status",
    [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED],
)
def test_a_run_that_is_under_way_is_waited_for_however_often_it_ticks(
    instance: dg.DagsterInstance, at: At, status: dg.DagsterRunStatus
) -> None:
    at("2015-11-24T17:00")
    run = dg.DagsterRun(job_name=JOB_NAME, status=status)
    instance.add_run(run)
    for _ in range(3):
        assert why_not(instance) == f"run {run.run_id[:8]} is under way"


def test_a_run_whose_process_is_gone_is_reported_as_failed_and_asked_for_again(
    instance: dg.DagsterInstance, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, alive, others = (
        dg.DagsterRun(job_name=name, status=dg.DagsterRunStatus.STARTED)
        for name in (JOB_NAME, JOB_NAME, "somebody_s")
    )
    for run in (gone, alive, others):
        instance.add_run(run)
    now = datetime.now(NEW_YORK)

    def under_way_after(pause: timedelta) -> set[str]:
        monkeypatch.setattr(clock, "now", lambda: now + pause)
        tick(instance)
        started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
        return {run.run_id for run in instance.get_runs(started)}

    with writer_lock(database_url, run_holder(alive.run_id)):
        early = under_way_after(TIME_TO_CONNECT - timedelta(minutes=1))
        late = under_way_after(TIME_TO_CONNECT + timedelta(minutes=1))
    assert early == {gone.run_id, alive.run_id, others.run_id}
    assert late == {alive.run_id, others.run_id}


def test_after_a_failure_it_pauses_longer_each_time_and_asks_under_another_key(
    instance: dg.DagsterInstance, files: Path, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Dagster writes down the machine's time, at which all sessions would be missing.
    for later in files.rglob("*.csv.gz"):
        if later.name > "2015-11-25":
            later.unlink()
    at("2015-11-24T17:00")
    for tries in range(1, 4):
        ((sessions, key),) = asked(instance)
        assert key == f"2015-11-24, run {tries}"
        ended = _failed_run(instance, str(sessions))
        pause = FIRST_PAUSE * 2 ** (tries - 1)
        monkeypatch.setattr(clock, "now", lambda e=ended, p=pause: e + p - timedelta(seconds=5))
        assert f"{tries} runs ended without a scan" in why_not(instance)
        monkeypatch.setattr(clock, "now", lambda e=ended, p=pause: e + p + timedelta(seconds=5))


def _failed_run(instance: dg.DagsterInstance, sessions: str) -> datetime:
    """One that ends now, by the clock of the machine, as Dagster writes it down."""
    run = dg.DagsterRun(job_name=JOB_NAME, tags={SESSIONS_TAG: sessions})
    instance.add_run(run)
    instance.report_run_failed(run)
    (record,) = instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))
    assert record.end_time is not None
    return datetime.fromtimestamp(record.end_time, NEW_YORK)


def test_late_bars_and_a_late_scan_show_as_such_and_are_told_once(
    instance: dg.DagsterInstance, at: At
) -> None:
    at("2015-11-24T22:00")
    in_time = tick(instance)
    at("2015-11-25T09:15")
    late = tick(instance, in_time.cursor)
    again = tick(instance, late.cursor)
    assert _said(in_time) == {"bars_on_time": True, "scans_on_time": True}
    assert _said(late) == {"bars_on_time": False, "scans_on_time": False}
    assert _said(again) == {}


def _said(found: dg.SensorExecutionData) -> dict[str, bool]:
    return {
        event.check_name: event.passed
        for event in found.asset_events
        if isinstance(event, dg.AssetCheckEvaluation)
    }


def test_the_run_that_is_asked_for_publishes_what_was_missing(
    instance: dg.DagsterInstance, at: At
) -> None:
    at("2015-11-27T14:00")
    (request,) = tick(instance).run_requests or []
    tags = {name: value for name, value in request.tags.items() if name.startswith("dagster/asset")}
    run_market(instance, *tags.values())
    assert why_not(instance).startswith("2015-11-27 is published")
