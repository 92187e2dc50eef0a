"""What each plan allows."""

from __future__ import annotations

from datetime import date

import pytest

from technic_pipeline.errors import SettingsError
from technic_pipeline.sources.massive.plans import PLANS, plan_named


@pytest.mark.parametrize(
    ("name", "calls", "window", "years"),
    [
        ("free", 5, 60.0, 2),
        ("starter", 90, 1.0, 5),
        ("developer", 90, 1.0, 10),
        ("advanced", 90, 1.0, None),
        ("business", 90, 1.0, None),
    ],
)
def test_a_plan_has_its_rate_and_its_history(
    name: str, calls: int, window: float, years: int | None
) -> None:
    plan = plan_named(name)
    assert (plan.calls, plan.window, plan.years) == (calls, window, years)


# What was written: the plan that it means, and why it may be written so.
WRITINGS = {
    "FREE": ("free", "case does not matter"),
    " starter\n": ("starter", "copied with white space"),
    "basic": ("free", "the vendor's own name of its free plan"),
}


@pytest.mark.parametrize(("text", "name"), [(text, name) for text, (name, _) in WRITINGS.items()])
def test_a_plan_is_found_however_it_is_written(text: str, name: str) -> None:
    assert plan_named(text) is PLANS[name]


def test_an_unknown_plan_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(SettingsError, match="no plan 'gold'") as refusal:
        plan_named("gold")
    assert "TECHNIC_MASSIVE_PLAN" in str(refusal.value)
    assert "free, starter, developer, advanced, business" in str(refusal.value)


@pytest.mark.parametrize(
    ("plan", "today", "oldest"),
    [
        ("free", date(2026, 11, 23), date(2024, 11, 23)),
        ("starter", date(2026, 11, 23), date(2021, 11, 23)),
        ("free", date(2028, 2, 29), date(2026, 3, 1)),  # there is no 29 February 2026
        ("advanced", date(2026, 11, 23), None),
    ],
)
def test_a_plan_reaches_back_its_years_from_today(
    plan: str, today: date, oldest: date | None
) -> None:
    assert plan_named(plan).oldest(today) == oldest
