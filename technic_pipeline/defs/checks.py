"""Checks: of what was read and made in a run, which hold back what follows, and of the time of day.

Those of a run are evaluated by the assets themselves: a step of its own for each would take longer
than they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.delta.parts import newest_session
from technic_pipeline.pipeline import Pipeline
from technic_pipeline.plausibility import RULES, problems, read_facts
from technic_pipeline.punctuality import Lateness, lateness
from technic_pipeline.scan.consistency import rows_that_do_not_add_up
from technic_pipeline.scan.known_fundamentals import sessions_without_statistics
from technic_pipeline.verification import Verification, choose_symbols, verify_symbols

SAMPLED_SYMBOLS = 20
# So far back the sample goes; older rows are on pages that nothing else of an evening reads.
SAMPLED_SESSIONS = 60
# Of many problems so many are named.
NAMED = 10

BARS_REMEDY = (
    "materialize the session again when the source is right, or confirm that it is: "
    "technic run --session D --confirm-unusual"
)


def _blocking(asset: str, checks: Mapping[str, str]) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(name, asset=asset, description=description, blocking=True)
        for name, description in checks.items()
    ]


BAR_CHECKS = _blocking(
    "daily_bars", {name: (rule.__doc__ or "").strip() for name, rule in RULES.items()}
)
SAMPLE_CHECKS = _blocking(
    "indicators",
    {
        "sample_equals_rebuild": "The last 60 sessions' rows of 20 symbols, chosen by chance, are "
        "those of a rebuild from raw bars, bit for bit."
    },
)
STATISTICS_CHECKS = _blocking(
    "sector_stats",
    {"statistics_present": "Every session has the statistics of the ratios that were known."},
)
SCAN_CHECKS = _blocking(
    "scan_results",
    {"contributions_add_up": "The contributions of every row, added up, are its score."},
)


def check_bars(
    opened: Pipeline, sessions: Sequence[date], *, confirmed: bool
) -> list[dg.AssetCheckResult]:
    """Whether the sessions' bars look like a market's; what is `confirmed` is only a warning."""
    facts = read_facts(opened.database_url, sessions, opened.calendar)
    return [
        dg.AssetCheckResult(
            check_name=name,
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN if confirmed else dg.AssetCheckSeverity.ERROR,
            description="; ".join(found[:NAMED]) or None,
            metadata={"remedy": BARS_REMEDY} if found else {"sessions": len(facts)},
        )
        for name, found in problems(facts).items()
    ]


def check_statistics(opened: Pipeline, sessions: Sequence[date]) -> list[dg.AssetCheckResult]:
    """Whether ratios that were known went into statistics."""
    without = sessions_without_statistics(opened.database_url, sessions, opened.calendar)
    return [
        dg.AssetCheckResult(
            check_name="statistics_present",
            passed=not without,
            metadata={"sessions": len(sessions), "without": ", ".join(map(str, without[:NAMED]))},
        )
    ]


def check_contributions(opened: Pipeline, session: date) -> list[dg.AssetCheckResult]:
    """Whether the newest versions of a session add up."""
    wrong = rows_that_do_not_add_up(opened.engine, session)
    return [
        dg.AssetCheckResult(
            check_name="contributions_add_up",
            passed=not any(wrong.values()),
            metadata={"session": str(session), "wrong_rows": dg.MetadataValue.json(wrong)},
        )
    ]


def check_sample(opened: Pipeline) -> list[dg.AssetCheckResult]:
    """Whether some symbols' latest rows are those of a rebuild."""
    newest = newest_session(opened.database_url)
    since = opened.calendar.before(newest, SAMPLED_SESSIONS) if newest else None
    return [_verified("sample_equals_rebuild", _compare(opened, SAMPLED_SYMBOLS, since))]


@dg.asset_check(asset="indicators")
def all_equal_rebuild(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The rows of all symbols are those of a rebuild, bit for bit."""
    return _verified("all_equal_rebuild", _compare(pipeline.opened))


@dg.asset_check(asset="daily_bars")
def bars_on_time(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The bars of a session are there by the open of the next."""
    late = lateness(pipeline.opened)
    return dg.AssetCheckResult(passed=not late.bars_are_late, **_said_of_bars(late))


@dg.asset_check(asset="scan_results")
def scans_on_time(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """The scans of a session are published by the open of the next."""
    late = lateness(pipeline.opened)
    return dg.AssetCheckResult(passed=not late.scans_are_late, **_said_of_scans(late))


def evaluations(late: Lateness) -> list[dg.AssetCheckEvaluation]:
    """Both checks of the time of day, as a sensor reports them without a run."""
    return [
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(asset), check_name=name, passed=passed, **said
        )
        for asset, name, passed, said in (
            ("daily_bars", "bars_on_time", not late.bars_are_late, _said_of_bars(late)),
            ("scan_results", "scans_on_time", not late.scans_are_late, _said_of_scans(late)),
        )
    ]


def _said_of_bars(late: Lateness) -> dict:
    return {
        "description": f"bars of {late.expected} are expected; the newest are of {late.bars}",
        "severity": dg.AssetCheckSeverity.WARN,
    }


def _said_of_scans(late: Lateness) -> dict:
    return {
        "description": f"scans of {late.expected} are expected; the newest are of {late.scans}",
        "severity": dg.AssetCheckSeverity.WARN,
    }


def _compare(
    opened: Pipeline, sample: int | None = None, since: date | None = None
) -> Verification:
    chosen = choose_symbols(opened.engine, [], sample, opened.computing)
    return verify_symbols(opened.database_url, chosen, opened.calendar, since)


def _verified(name: str, found: Verification) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=name,
        passed=found.faults == 0,
        metadata={
            "symbols": found.symbols,
            "rows": found.rows,
            "different": found.different,
            "missing": found.missing,
            "surplus": found.surplus,
            "of_other_engine_builds": found.other_builds,
            "examples": ", ".join(found.examples) or "none",
        },
    )
