"""The daily sensor: a run as soon as a session is over and the source has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import DagsterRunStatus as Status

from technic_pipeline import clock
from technic_pipeline.defs.abandoned import report_abandoned
from technic_pipeline.defs.checks import evaluations
from technic_pipeline.defs.jobs import JOB_NAME, scan_market
from technic_pipeline.defs.partitions import range_tags
from technic_pipeline.errors import TechnicError
from technic_pipeline.pipeline import Due, due_sessions, open_pipeline
from technic_pipeline.punctuality import lateness
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings

TICK_SECONDS = 300
# Names the sessions of a run that this sensor asked for.
SESSIONS_TAG = "technic/sessions"
# After a run that failed the next is asked for so much later, twice as much after each one more.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=2)

UNDER_WAY = [
    Status.QUEUED,
    Status.NOT_STARTED,
    Status.STARTING,
    Status.STARTED,
    Status.CANCELING,
]

# A session's page is made anew by itself when its scans are.
pages = dg.AutomationConditionSensorDefinition(
    "pages_of_new_scans",
    target=dg.AssetSelection.assets("scan_report"),
    default_status=dg.DefaultSensorStatus.RUNNING,
)


def daily_sensor(every_seconds: int = TICK_SECONDS) -> dg.SensorDefinition:
    """The sensor; what it knows is in the runs that are stored, so that it may stop at any time."""

    @dg.sensor(
        name="new_sessions",
        job=scan_market,
        minimum_interval_seconds=every_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def new_sessions(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """One run for all sessions that have closed and are not published, oldest first."""
        try:
            opened = open_pipeline(load_settings())
            for run_id in report_abandoned(context.instance, opened.database_url):
                context.log.warning("run %s is gone without a word: reported as failed", run_id[:8])
            due = due_sessions(opened)
            late = lateness(opened)
        except TechnicError as error:
            return dg.SensorResult(skip_reason=str(error))
        asked = what_to_run(context.instance, opened.calendar, due)
        told = str(late)
        return dg.SensorResult(
            run_requests=[asked] if isinstance(asked, dg.RunRequest) else [],
            skip_reason=asked if isinstance(asked, str) else None,
            asset_events=evaluations(late) if context.cursor != told else [],
            cursor=told,
        )

    return new_sessions


def what_to_run(instance: dg.DagsterInstance, calendar: Calendar, due: Due) -> dg.RunRequest | str:
    """A run for the missing sessions, or why there is none now."""
    if not due.published:
        return "nothing is published yet; materialize a first range of sessions, or: technic run"
    if not due.missing:
        return _why_nothing_is_missing(calendar, due)
    under_way = instance.get_runs(dg.RunsFilter(job_name=JOB_NAME, statuses=UNDER_WAY), limit=1)
    if under_way:
        return f"run {under_way[0].run_id[:8]} is under way"
    first, last = due.missing[0], due.missing[-1]
    sessions = str(last) if first == last else f"{first} to {last}"
    tried = instance.get_run_records(
        dg.RunsFilter(job_name=JOB_NAME, tags={SESSIONS_TAG: sessions})
    )
    pause_ends = _pause_ends(tried)
    if pause_ends > clock.now():
        newest = tried[0].dagster_run.run_id[:8]
        return (
            f"{sessions}: {len(tried)} runs ended without a scan, the last of them {newest}; "
            f"the next is asked for at {_time(calendar, pause_ends)}"
        )
    return dg.RunRequest(
        run_key=f"{sessions}, run {len(tried) + 1}",
        tags={**range_tags(first, last), SESSIONS_TAG: sessions},
    )


def _why_nothing_is_missing(calendar: Calendar, due: Due) -> str:
    if due.offered < due.closed:
        closed_at = _time(calendar, calendar.closed_at(due.closed))
        return f"{due.closed} closed at {closed_at}; the source has sessions up to {due.offered}"
    following = calendar.before(due.closed, -1)
    closes_at = _time(calendar, calendar.closed_at(following))
    return f"{due.closed} is published; the next session closes at {closes_at}"


def _pause_ends(tried: Sequence[dg.RunRecord]) -> datetime:
    """Until when the runs that were tried, newest first, make it wait."""
    if not tried or tried[0].end_time is None:
        return datetime.min.replace(tzinfo=UTC)
    pause = min(FIRST_PAUSE * 2 ** (len(tried) - 1), LONGEST_PAUSE)
    return datetime.fromtimestamp(tried[0].end_time, UTC) + pause


def _time(calendar: Calendar, moment: datetime) -> str:
    return calendar.local(moment).strftime("%Y-%m-%d %H:%M %Z")
