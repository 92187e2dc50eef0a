"""A run that dies, and a run whose servers do, cost nothing but the next run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from technic_pipeline.faults import POINTS
from tests.faults.ground import BACKFILL, ORDINARY, Ground, Start, prepared_ground
from tests.faults.reporting import kind_of
from tests.faults.runs import ROOT
from tests.faults.trials import all_trials
from tests.faults.trying import kill_in_a_row, try_out

# Points in the order in which one run reaches them; each is reached although a run died at those
# before it.
ROWS = {
    "bars": (
        *("before-commit-partitions", "after-commit-partitions", "after-fetch"),
        *("mid-copy-staged_bars", "before-commit-bars", "after-commit-bars"),
        *("mid-copy-daily_bars", "mid-copy-pending_changes"),
    ),
    "corporate actions": (
        *("before-commit-ticker-changes", "after-commit-ticker-changes"),
        *("before-commit-jumps", "after-commit-jumps"),
        *("before-commit-splits", "after-commit-splits"),
    ),
    "reference": (
        *("before-commit-descriptions", "after-commit-descriptions"),
        *("before-commit-ratios", "after-commit-ratios", "mid-copy-sector_statistics"),
        *("before-commit-statistics", "after-commit-statistics"),
    ),
    "rows": ("mid-copy-indicators", "before-commit-indicators", "after-commit-indicators"),
    "state to come": ("between-rows-and-state",),
    "state in part": ("mid-state", "between-rows-and-publishing"),
    "scans": (
        *("mid-copy-scan_results", "before-commit-scan", "after-commit-scan"),
        *("between-scans", "before-commit-scan:2"),
    ),
}
HARMED = (
    "PostgreSQL killed: evening, before-commit-indicators",
    "connections cut: evening, mid-copy-daily_bars",
    "disk full for indicators: evening, after-fetch",
    "Redis with foreign values: evening, after-fetch",
    "Redis hangs: evening, between-rows-and-state",
)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """One for all trials of this file."""
    with prepared_ground() as prepared:
        yield prepared


def test_the_readme_tells_of_every_kind_of_trial_and_how_many_there_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## When something breaks\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| (.+?) \| (\d+) \|", section, re.MULTILINE)
    assert {kind: int(number) for kind, number in told} == Counter(map(kind_of, all_trials()))


def test_every_point_is_among_those_at_which_runs_die() -> None:
    assert set(POINTS) == {point.partition(":")[0] for points in ROWS.values() for point in points}


@pytest.mark.parametrize("points", ROWS.values(), ids=ROWS)
def test_runs_that_die_one_after_the_other_leave_nothing_in_part_and_cost_no_bit(
    ground: Ground, points: tuple[str, ...]
) -> None:
    assert kill_in_a_row(ground, ORDINARY, points) == []


@pytest.mark.parametrize(
    ("start", "point"),
    [pytest.param(BACKFILL, "before-commit-scan:8", id="between two scans in the midst of weeks")],
)
def test_the_run_after_one_that_died_makes_up_for_what_it_had_not_published(
    ground: Ground, start: Start, point: str
) -> None:
    assert kill_in_a_row(ground, start, [point]) == []


@pytest.mark.parametrize("name", HARMED)
def test_servers_that_fail_in_mid_run_cost_no_bit_and_at_most_a_line_of_error(
    ground: Ground, name: str
) -> None:
    (trial,) = (trial for trial in all_trials() if trial.name == name)
    assert try_out(ground, trial, evening_after=False).faults == []
