"""What happens at a time of day rather than after something else."""

from __future__ import annotations

from datetime import date

import dagster as dg

from technic_pipeline.defs.checks import all_equal_rebuild
from technic_pipeline.defs.engine_state import indicator_state
from technic_pipeline.sessions import Calendar

# Half an hour before the exchange's usual close, and when nobody waits for anything.
BEFORE_THE_CLOSE = "30 15 * * 1-5"
SATURDAY_MORNING = "0 6 * * 6"

prefetch = dg.define_asset_job(
    "prefetch",
    selection=dg.AssetSelection.assets(indicator_state),
    description="State made ready for the evening, where it is missing.",
)
verify_everything = dg.define_asset_job(
    "verify_everything",
    selection=dg.AssetSelection.checks(all_equal_rebuild),
    description="Every stored indicator row against a rebuild from raw bars.",
)


def schedules(calendar: Calendar) -> list[dg.ScheduleDefinition]:
    """In the exchange's time."""

    @dg.schedule(job=prefetch, cron_schedule=BEFORE_THE_CLOSE, execution_timezone=calendar.timezone)
    def prefetch_before_the_close(
        context: dg.ScheduleEvaluationContext,
    ) -> dg.RunRequest | dg.SkipReason:
        """Make state ready on every day on which the exchange trades."""
        day = context.scheduled_execution_time.date()
        if not trades_on(calendar, day):
            return dg.SkipReason(f"{day} is no session of {calendar.name}")
        return dg.RunRequest(run_key=str(day))

    weekly = dg.ScheduleDefinition(
        name="verify_everything_weekly",
        job=verify_everything,
        cron_schedule=SATURDAY_MORNING,
        execution_timezone=calendar.timezone,
    )
    return [prefetch_before_the_close, weekly]


def trades_on(calendar: Calendar, day: date) -> bool:
    """Whether a day is a session."""
    return calendar.before(day, 0) == day
