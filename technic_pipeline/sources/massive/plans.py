"""What each of the vendor's plans allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from technic_pipeline.errors import SettingsError


@dataclass(frozen=True)
class Plan:
    """At most `calls` in any `window` seconds, and bars of the last `years`, None being all.

    Without `same_day`, a session's bars are there from midnight in New York on.
    """

    name: str
    calls: int
    window: float
    years: int | None
    same_day: bool = True

    def oldest(self, today: date) -> date | None:
        """The oldest day whose bars the plan includes on `today`; None where there is no limit."""
        if self.years is None:
            return None
        try:
            return today.replace(year=today.year - self.years)
        except ValueError:
            return date(today.year - self.years, 3, 1)


# Paid plans have no limit, but the vendor asks to stay below a hundred calls a second.
PAID_CALLS, PAID_WINDOW = 90, 1.0

FREE = Plan("free", calls=5, window=60.0, years=2, same_day=False)
STARTER = Plan("starter", PAID_CALLS, PAID_WINDOW, years=5)
DEVELOPER = Plan("developer", PAID_CALLS, PAID_WINDOW, years=10)
ADVANCED = Plan("advanced", PAID_CALLS, PAID_WINDOW, years=None)
BUSINESS = Plan("business", PAID_CALLS, PAID_WINDOW, years=None)

PLANS = {plan.name: plan for plan in (FREE, STARTER, DEVELOPER, ADVANCED, BUSINESS)}
# The vendor's price list calls the free plan so.
OTHER_NAMES = {"basic": FREE}


def plan_named(text: str) -> Plan:
    """The plan of that name, in whatever case.

    Raises:
        SettingsError: there is none.
    """
    plan = {**PLANS, **OTHER_NAMES}.get(text.strip().lower())
    if plan is None:
        raise SettingsError("TECHNIC_MASSIVE_PLAN", f"no plan '{text}'; use {', '.join(PLANS)}")
    return plan
