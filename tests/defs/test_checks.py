"""Checks of stored rows against a rebuild, and what a failed one holds back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from commands import TICKERS
from dayfiles import write_day
from market_runs import run_market

from technic_pipeline.definitions import defs
from technic_pipeline.defs.schedules import verify_everything
from technic_pipeline.errors import ScoresDoNotAddUp
from technic_pipeline.scan.consistency import require_sums, rows_that_do_not_add_up
from technic_pipeline.scan.known_fundamentals import sessions_without_statistics
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings
from technic_pipeline.sources.flatfiles import DAY_FILES
from technic_pipeline.store.schema_scans import scan_runs
from technic_pipeline.verification import choose_symbols, verify_symbols

FIRST, LAST, NEXT = "2016-03-21", "2016-04-01", "2016-04-04"
ALTER = """
update indicators set sma_10 = coalesce(sma_10, 1) + 0.25
where symbol_id = 3 and session = '2016-03-24'
"""


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """Which checks a run evaluated, and whether each passed."""
    return {e.check_name: e.passed for e in result.get_asset_check_evaluations()}


def published(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return [str(d) for d in connection.scalars(sa.select(scan_runs.c.session).distinct())]


@pytest.mark.usefixtures("market")
def test_every_run_compares_a_sample_with_a_rebuild(engine: sa.Engine) -> None:
    with dg.instance_for_test() as instance:
        result = run_market(instance, FIRST, LAST)
    evaluated = {e.check_name: e for e in result.get_asset_check_evaluations()}
    assert evaluated["sample_equals_rebuild"].passed
    assert evaluated["sample_equals_rebuild"].metadata["symbols"].value == 7
    assert LAST in published(engine)


@pytest.mark.usefixtures("market")
def test_a_row_that_is_not_what_a_rebuild_gives_holds_the_scan_back(engine: sa.Engine) -> None:
    with dg.instance_for_test() as instance:
        run_market(instance, FIRST, LAST)
        with engine.begin() as connection:
            assert connection.execute(sa.text(ALTER)).rowcount == 1
        result = run_market(instance, NEXT, NEXT, raise_on_error=False)
    assert evaluations(result)["sample_equals_rebuild"] is False
    assert NEXT not in published(engine)


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("since", "rows", "different"), [(None, 63, 1), ("24", 42, 1), ("28", 35, 0)]
)
def test_a_comparison_from_a_session_on_looks_at_no_row_before_it(
    engine: sa.Engine, calendar: Calendar, since: str | None, rows: int, different: int
) -> None:
    with dg.instance_for_test() as instance:
        run_market(instance, FIRST, LAST)
    with engine.begin() as connection:
        connection.execute(sa.text(ALTER))
    first = date.fromisoformat(f"2016-03-{since}") if since else None
    url = load_settings().database_url or ""
    found = verify_symbols(url, choose_symbols(engine, [], None), calendar, first)
    assert (found.rows, found.different, found.faults) == (rows, different, different)


def test_bars_that_are_no_market_s_hold_the_scan_back_until_they_are_right_or_confirmed(
    market: Path, engine: sa.Engine
) -> None:
    file = market / DAY_FILES / "2016/04/2016-04-04.csv.gz"
    whole = file.read_bytes()
    with dg.instance_for_test() as instance:
        run_market(instance, FIRST, LAST)
        before = published(engine)
        write_day(market, date.fromisoformat(NEXT), dict.fromkeys(TICKERS[:4], 20.0))
        truncated = run_market(instance, NEXT, NEXT, raise_on_error=False)
        assert published(engine) == before, "yesterday's scan stands"
        confirmed = run_market(instance, NEXT, NEXT, confirm_unusual=True)
        file.write_bytes(whole)
        repaired = run_market(instance, NEXT, NEXT)
    held_back = {name for name, passed in evaluations(truncated).items() if not passed}
    assert held_back == {"usual_number_of_rows", "same_symbols_as_before"}
    assert evaluations(confirmed)["usual_number_of_rows"] is False, "still said, as a warning"
    assert NEXT in published(engine)
    assert all(evaluations(repaired).values())


@pytest.mark.usefixtures("market")
def test_a_score_that_is_not_the_sum_of_its_contributions_is_found(engine: sa.Engine) -> None:
    session = date.fromisoformat(LAST)
    with dg.instance_for_test() as instance:
        run_market(instance, "2016-01-04", LAST)
    assert rows_that_do_not_add_up(engine, session) == {"swing": 0}
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "update scan_results set score = score + 1e-9 where rank = 2 and session = :session"
            ),
            {"session": session},
        )
    assert rows_that_do_not_add_up(engine, session) == {"swing": 1}
    with (
        engine.begin() as connection,
        pytest.raises(ScoresDoNotAddUp, match="1 rows of 2016-04-01"),
    ):
        run = connection.scalar(sa.text("select max(scan_run_id) from scan_runs"))
        require_sums(connection, session, run or 0, weights=6)


@pytest.mark.usefixtures("market")
def test_statistics_that_are_stale_or_absent_are_missed(
    engine: sa.Engine, database_url: str, calendar: Calendar
) -> None:
    session = date.fromisoformat(LAST)
    with dg.instance_for_test() as instance:
        run_market(instance, FIRST, LAST)
    assert sessions_without_statistics(database_url, [session], calendar) == []
    with engine.begin() as connection:
        connection.execute(sa.text("update sector_distributions set stale_since = now()"))
    assert sessions_without_statistics(database_url, [session], calendar) == [session]


@pytest.mark.usefixtures("market")
def test_a_job_of_its_own_compares_every_symbol(engine: sa.Engine) -> None:
    with dg.instance_for_test() as instance:
        run_market(instance, FIRST, LAST)
        job = defs.resolve_job_def(verify_everything.name)
        sound = job.execute_in_process(instance=instance)
        with engine.begin() as connection:
            connection.execute(sa.text(ALTER))
        altered = job.execute_in_process(instance=instance)
    assert evaluations(sound) == {"all_equal_rebuild": True}
    assert evaluations(altered) == {"all_equal_rebuild": False}
    (found,) = altered.get_asset_check_evaluations()
    assert found.metadata["different"].value == 1
    assert "2016-03-24, sma_10" in str(found.metadata["examples"].value)
