"""Run the market's job through Dagster, in this process, with a progress bar."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import sqlalchemy as sa
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from technic_pipeline import progress
from technic_pipeline.dagster_home import use_dagster_home
from technic_pipeline.definitions import JOB_NAME, defs
from technic_pipeline.errors import SessionNotClosed, SessionOutOfRange
from technic_pipeline.pipeline import Pipeline, stored_by_an_interrupted_run
from technic_pipeline.settings import Settings
from technic_pipeline.store.schema_scans import scan_runs

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
# A run that the vendor's limit makes so long says so first.
WORTH_SAYING_SECONDS = 60.0

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
    closed = calendar.last_closed(datetime.now(UTC))
    oldest, newest = opened.source.offered()
    newest = min(closed, newest)
    if session is not None:
        chosen = [calendar.require(session)]
    elif first is not None or last is not None:
        chosen = calendar.between(first or oldest, last or newest)
    else:
        return _missing(opened, oldest, newest)
    if chosen[-1] > closed:
        raise SessionNotClosed(chosen[-1], closed)
    for end in (chosen[0], chosen[-1]):
        if not oldest <= end <= newest:
            raise SessionOutOfRange(end, oldest, newest, f"the source '{opened.source.name}'")
    return chosen


def _missing(opened: Pipeline, oldest: date, newest: date) -> list[date]:
    with opened.engine.connect() as connection:
        published = set(connection.scalars(sa.select(scan_runs.c.session).distinct()))
    start = max(oldest, min(published, default=oldest))
    expected = opened.calendar.between(start, newest)
    return [day for day in expected if day not in published] or [newest]


def say_how_long(opened: Pipeline, chosen: Sequence[date]) -> None:
    """On standard error, how long the vendor's limit makes a run take, when that is long."""
    fetched = len(chosen) - len(stored_by_an_interrupted_run(opened, chosen))
    seconds = opened.source.seconds_for(fetched)
    if seconds >= WORTH_SAYING_SECONDS:
        Console(stderr=True, highlight=False).print(
            f"{fetched} sessions to fetch, one call each: at least {timedelta(seconds=seconds)} "
            f"on this plan; stopped, it goes on where it was"
        )


def materialize(
    settings: Settings,
    chosen: Sequence[date],
    *,
    confirm_removals: bool = False,
    only: str | None = None,
) -> None:
    """One Dagster run from the first to the last of some sessions, of one asset if it is named.

    Raises:
        TechnicError: what made a step fail.
    """
    use_dagster_home(settings)
    warnings.filterwarnings("ignore", module="dagster")
    job = defs.resolve_job_def(JOB_NAME)
    with dg.DagsterInstance.get() as instance, show_progress():
        job.execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(only)] if only else None,
            tags={RANGE_START: str(chosen[0]), RANGE_END: str(chosen[-1])},
            run_config={
                "resources": {"pipeline": {"config": {"confirm_removals": confirm_removals}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )


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
