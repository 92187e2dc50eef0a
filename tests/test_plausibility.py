"""When a session's bars are no market's, by the numbers and from what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from payloads import Row, payload

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.plausibility import RULES, SessionFacts, problems, read_facts
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.ingest import ingest

SESSION = date(2016, 3, 31)
USUAL = SessionFacts(
    SESSION, accepted=6000, rejected=10, usual=6000.0, known=20, before=6000, absent=60, repeated=12
)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({}, None, id="an ordinary session"),
        pytest.param({"accepted": 4500}, None, id="three quarters of the usual rows"),
        pytest.param({"accepted": 4499}, "usual_number_of_rows", id="fewer than that"),
        pytest.param({"accepted": 9001}, "usual_number_of_rows", id="half as many again and one"),
        pytest.param(
            {"accepted": 10, "rejected": 0, "known": 4}, None, id="too young to know what is usual"
        ),
        pytest.param({"rejected": 315}, None, id="just below a twentieth rejected"),
        pytest.param({"rejected": 316}, "few_rejected_rows", id="just above it"),
        pytest.param({"repeated": 1500}, None, id="a quarter repeats the session before"),
        pytest.param({"repeated": 1501}, "unlike_the_session_before", id="more than a quarter"),
        pytest.param({"absent": 1500}, None, id="a quarter of the symbols did not trade"),
        pytest.param({"absent": 1501}, "same_symbols_as_before", id="more symbols than that"),
        pytest.param(
            {"before": 0, "absent": 0, "repeated": 0}, None, id="there is no session before"
        ),
    ],
)
def test_each_bound_is_the_last_that_passes(changes: dict[str, int], rule: str | None) -> None:
    found = {name for name, said in problems([replace(USUAL, **changes)]).items() if said}
    assert found == ({rule} if rule else set())


def test_what_is_wrong_names_the_session_and_the_numbers() -> None:
    found = problems([USUAL, replace(USUAL, accepted=3000)])
    assert found["usual_number_of_rows"] == ["2016-03-31: 3000 bars, 50% of the usual 6000"]
    assert set(found) == set(RULES)


def test_the_facts_are_counted_from_what_is_stored(
    engine: sa.Engine, database_url: str, calendar: Calendar
) -> None:
    days = calendar.between(date(2016, 3, 21), SESSION)
    ensure_partitions(engine, days[0], days[-1])
    rows = [Row(f"T{at}", close=10.5) for at in range(8)]
    for age, day in enumerate(days):
        moved = [replace(row, volume=1000.0 + age) for row in rows]
        ingest(engine, payload(day, moved))
    # The newest again: one repeats the day before, one is gone, one is new, one is no bar.
    last = [replace(row, volume=1000.0 + len(days) - 1) for row in rows]
    last = [replace(last[0], volume=1000.0 + len(days) - 2), *last[2:], Row("NEW"), Row("ZVZZT")]
    ingest(engine, payload(SESSION, last), confirm_removals=True)
    (found,) = read_facts(database_url, [SESSION], calendar)
    assert found == SessionFacts(
        SESSION, accepted=8, rejected=1, usual=8.0, known=7, before=8, absent=1, repeated=1
    )
