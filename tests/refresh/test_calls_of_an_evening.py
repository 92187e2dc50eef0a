"""What an evening costs in calls of the vendor, and that nothing more is asked."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from evenings import Evenings

from technic_pipeline.sessions import Calendar
from technic_pipeline.simulated_exchange import SimulatedExchange

FIRST, LAST, NEXT = date(2025, 9, 2), date(2025, 9, 8), date(2025, 9, 9)
GROUPED = "/v2/aggs/grouped/locale/us/market/stocks"
ORDINARY = Counter({GROUPED: 3, "/stocks/v1/splits": 1})
CONTENTS = """
select (select count(*) from ingest_batches), (select count(*) from bar_revisions),
       (select count(*) from scan_runs), (select count(*) from splits),
       (select count(*) from fundamentals), (select max(indicators::text) from indicators)
"""


def test_an_evening_after_another_of_the_same_day_asks_for_bars_and_recent_splits(
    evenings: Evenings,
) -> None:
    evenings.go(FIRST, LAST)
    assert evenings.go(NEXT) == ORDINARY
    evenings.assert_equal_to_a_rebuild()


def test_a_second_run_right_after_changes_nothing_and_asks_no_more(evenings: Evenings) -> None:
    evenings.go(FIRST, LAST)
    evenings.go(NEXT)
    before = evenings.query(CONTENTS)
    assert evenings.go(NEXT) == ORDINARY
    assert evenings.query(CONTENTS) == before


def test_the_lists_are_asked_for_once_a_day_within_thirty_calls(evenings: Evenings) -> None:
    evenings.go(FIRST, LAST)
    evenings.a_day_passes()
    calls = evenings.go(NEXT)
    assert calls.total() <= 30
    assert {"/v3/reference/tickers", "/stocks/financials/v1/ratios"} <= set(calls)
    # Of the companies never asked for, a few.
    assert sum(n for path, n in calls.items() if path.startswith("/v3/reference/tickers/")) == 5


def test_every_call_is_counted_where_status_reads_it(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    evenings.go(FIRST, LAST)
    evenings.go(NEXT)
    counted = dict(evenings.query("select endpoint, sum(calls) from vendor_calls group by 1"))
    assert sum(counted.values()) == exchange.calls.total()
    assert counted["grouped daily"] == exchange.calls[GROUPED] == 5 + 3


@pytest.mark.parametrize("with_ratios", [False], indirect=True)
def test_a_plan_without_ratios_is_found_out_once(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    evenings.go(FIRST, LAST)
    evenings.a_day_passes()
    evenings.go(NEXT)
    assert exchange.calls["/stocks/financials/v1/ratios"] == 1
    assert evenings.query("select outcome from vendor_lists where list = 'ratios'") == [
        ("not in the plan 'advanced'",)
    ]
    missing = "select count(*) from scan_results where fundamental_score is not null"
    assert evenings.query(missing) == [(0,)]


def test_an_interrupted_load_does_not_ask_for_what_it_has(
    evenings: Evenings, exchange: SimulatedExchange, calendar: Calendar
) -> None:
    from technic_pipeline.errors import VendorUnavailable  # noqa: PLC0415
    from technic_pipeline.simulated_exchange import Fault  # noqa: PLC0415

    broken = calendar.before(LAST, 1)
    exchange.faults = [Fault("unavailable", f"{broken}", times=1_000)]
    with pytest.raises(VendorUnavailable):
        evenings.go(FIRST, LAST)
    exchange.faults = []
    calls = evenings.go(FIRST, LAST)
    # The rest, and those whose corrections were not over when they came: none of these days.
    assert calls[GROUPED] == 2
    assert evenings.query("select count(distinct session) from scan_runs") == [(5,)]
