"""Run the market's job through Dagster, in this process, with a progress bar."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from technic_pipeline import clock, progress
from technic_pipeline.dagster_home import use_dagster_home
from technic_pipeline.definitions import defs
from technic_pipeline.defs.jobs import JOB_NAME
from technic_pipeline.defs.partitions import range_tags
from technic_pipeline.errors import (
    CheckFailed,
    RunInterrupted,
    SessionNotClosed,
    SessionOutOfRange,
)
from technic_pipeline.pipeline import (
    Pipeline,
    due_sessions,
    source_kept,
    stored_by_an_interrupted_run,
)
from technic_pipeline.refresh.companies import CALLS_A_DAY
from technic_pipeline.refresh.lists import TICKERS, is_due, vendor_of
from technic_pipeline.settings import Settings

# A run that the vendor's limit makes so long says so first.
WORTH_SAYING_SECONDS = 60.0
# So many are fetched while as many are worked on.
SESSIONS_A_RUN = 60

STAGES = {
    "daily_bars": "reading bars",
    "reference": "companies asked for",
    "sector_stats": "sector statistics",
    "indicators": "indicators (symbols)",
    "scan_results": "publishing scans",
}


def select_sessions(
    opened: Pipeline,
    session: date | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[date]:
    """The sessions to run: the named ones, or those missing up to the last closed one.

    When none is missing that is the newest, so that corrections of it are seen.

    Raises:
        NotASession, SessionOutOfRange, SessionNotClosed, NothingToRun: nothing to run there.
    """
    calendar = opened.calendar
    closed = calendar.last_closed(clock.now())
    oldest, newest = opened.source.offered()
    newest = min(closed, newest)
    if session is not None:
        chosen = [calendar.require(session)]
    elif first is not None or last is not None:
        chosen = calendar.between(first or oldest, last or newest)
    else:
        return list(due_sessions(opened).missing) or [newest]
    if chosen[-1] > closed:
        raise SessionNotClosed(chosen[-1], closed)
    for end in (chosen[0], chosen[-1]):
        if not oldest <= end <= newest:
            raise SessionOutOfRange(end, oldest, newest, f"the source '{opened.source.name}'")
    return chosen


def say_how_long(opened: Pipeline, chosen: Sequence[date]) -> None:
    """On standard error, how long the vendor's limit makes a run take, when that is long."""
    vendor = vendor_of(opened)
    if vendor is None:
        return
    fetched = len(_to_fetch(opened, chosen))
    lists = CALLS_A_DAY if is_due(opened.engine, TICKERS) else 1
    seconds = round(vendor.seconds_for(fetched + lists))
    if seconds >= WORTH_SAYING_SECONDS:
        vendor.require_key()
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"{fetched} sessions to fetch, one call each, and about {lists} calls for lists: "
            f"at least {timedelta(seconds=seconds)} on the plan '{vendor.plan.name}'; "
            "stopped, it goes on where it was"
        )


def materialize_all(
    settings: Settings,
    opened: Pipeline,
    chosen: Sequence[date],
    *,
    confirm_removals: bool = False,
    confirm_unusual: bool = False,
) -> None:
    """One run for all the sessions; of a vendor's some a run, while the next are being fetched.

    Raises:
        TechnicError: what made a step fail.
    """
    vendor = vendor_of(opened)
    size = SESSIONS_A_RUN if vendor else len(chosen)
    runs = [chosen[start : start + size] for start in range(0, len(chosen), size)]
    with source_kept(opened.source):
        if vendor and len(runs) > 1:
            vendor.fetch_ahead(_to_fetch(opened, runs[0]))
        for following, some in enumerate(runs, start=1):
            if vendor and following < len(runs):
                vendor.fetch_ahead(_to_fetch(opened, runs[following]))
            materialize(
                settings, some, confirm_removals=confirm_removals, confirm_unusual=confirm_unusual
            )


def _to_fetch(opened: Pipeline, chosen: Sequence[date]) -> list[date]:
    """Of all sessions between the ends, those that must be asked for."""
    between = opened.calendar.between(chosen[0], chosen[-1])
    there = stored_by_an_interrupted_run(opened, between)
    return [day for day in between if day not in there]


def materialize(
    settings: Settings,
    chosen: Sequence[date],
    *,
    confirm_removals: bool = False,
    confirm_unusual: bool = False,
    only: str | None = None,
) -> None:
    """One Dagster run from the first to the last of some sessions, of one asset if it is named.

    Raises:
        CheckFailed: a check held back the rest.
        RunInterrupted: somebody stopped it.
        TechnicError: what else made a step fail.
    """
    use_dagster_home(settings)
    warnings.filterwarnings("ignore", module="dagster")
    job = defs.resolve_job_def(JOB_NAME)
    confirmed = {"confirm_removals": confirm_removals, "confirm_unusual": confirm_unusual}
    run_id = str(uuid4())
    with (
        dg.DagsterInstance.get() as instance,
        failed_checks_named(instance, run_id),
        told_when_interrupted(),
        show_progress(),
    ):
        job.execute_in_process(
            run_id=run_id,
            instance=instance,
            asset_selection=[dg.AssetKey(only)] if only else None,
            tags=range_tags(chosen[0], chosen[-1]),
            run_config={
                "resources": {"pipeline": {"config": confirmed}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )


@contextmanager
def failed_checks_named(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Turn Dagster's word that checks failed into what they found.

    Raises:
        CheckFailed: a blocking check of the run failed.
    """
    try:
        yield
    except DagsterAssetCheckFailedError as failure:
        events = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        told = [e.dagster_event.asset_check_evaluation_data for e in events if e.dagster_event]
        failed = [(t.check_name, t.description or "") for t in told if not t.passed and t.blocking]
        raise CheckFailed(failed) from failure


@contextmanager
def told_when_interrupted() -> Iterator[None]:
    """Dagster has a word of its own for being interrupted."""
    try:
        yield
    except dg.DagsterExecutionInterruptedError:
        raise RunInterrupted from None


@contextmanager
def show_progress() -> Iterator[None]:
    """A bar a stage on a terminal, a line a finished stage elsewhere; on standard error."""
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    bars = Progress(*columns, console=console, disable=not console.is_terminal)
    tasks: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(STAGES[stage], total=total)
        bars.update(tasks[stage], completed=done, total=total)
        if bars.disable and done == total:
            console.print(f"{STAGES[stage]}: {total} done")

    with bars, progress.listening(show):
        yield
