"""The data in a page: short, as exact as what is shown of it, and never markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_up import made_up_report

from technic_pipeline.report.content import Changes, Departure, Relabelling, Report
from technic_pipeline.report.embedding import NAMED, cents, embedded
from technic_pipeline.report.page import render

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=30
) | st.sampled_from(
    [
        "</script>",
        "</SCRIPT ",
        "<!--<script>",
        "]]>",
        '"}]}',
        "\\u003c/script>",
        "%DATA%",
        "%SCRIPT%",
        "&lt;/script&gt;",
        "\u2028\u2029\x7f\x85\ufeff\u202e",
        "\r\n\t\x0b",
    ]
)


# Where HTML begins the data of a page, and where it ends them, whatever that was meant to be.
DATA = re.compile(
    r'<script type="application/json" id="data">(.*?)</script[\t\n\f\r />]', re.S | re.I
)


@pytest.fixture(scope="module")
def report() -> Report:
    return made_up_report(3)


def named(report: Report, ticker: str, name: str) -> Report:
    """The report with another first symbol and another one that left."""
    securities = report.securities
    for column, text in (("ticker", ticker), ("name", name), ("industry", name)):
        words = [text, *securities[column].to_pylist()[1:]]
        at = securities.column_names.index(column)
        securities = securities.set_column(at, column, pa.array(words))
    changes = Changes(report.sessions[-2], (Departure(ticker, name, 1, "no_bar"),), ())
    first = replace(report.scans[0], description=name, changes=changes)
    return replace(report, securities=securities, scans=(first, *report.scans[1:]))


def split_at_data(page: str) -> tuple[str, str, str]:
    """What comes before the data, the data, and what follows."""
    found = DATA.search(page)
    assert found
    return page[: found.start(1)], found[1], page[found.end(1) :]


@given(ticker=NAMES, name=NAMES)
def test_no_name_breaks_out_of_its_script_element(report: Report, ticker: str, name: str) -> None:
    before, data, after = split_at_data(render(named(report, ticker, name)))
    assert (before, after) == split_at_data(render(report))[::2]
    # What would open a comment or another script could keep the element from ending.
    assert "<" not in data
    said = json.loads(data)
    assert said["symbols"]["ticker"][0] == ticker
    assert said["symbols"]["name"][0] == said["scans"][0]["description"] == name
    assert said["scans"][0]["changes"]["left"]["named"] == [[ticker, name, 1, "no_bar"]]


@given(name=NAMES)
def test_the_data_is_one_line_without_a_letter_of_markup(report: Report, name: str) -> None:
    data = embedded(named(report, name, name))
    assert not set(data) & set("<>&\n\r\u2028\u2029")


@given(
    arrays(
        np.float64, st.tuples(st.integers(0, 5), st.integers(1, 6)), elements=st.floats(0.0, 20.0)
    ),
    st.data(),
)
def test_points_in_hundredths_add_up_and_none_is_off_by_more_than_one(
    points: np.ndarray, data: st.DataObject
) -> None:
    missing = data.draw(arrays(np.bool_, points.shape))
    points = np.where(missing, np.nan, points)
    found = cents(points)
    assert (np.isnan(found) == missing).all()
    assert np.nansum(found, axis=1) == pytest.approx(np.nansum(points, axis=1) * 100, abs=0.51)
    assert (np.abs(found - points * 100)[~missing] <= 1.0 + 1e-9).all()


def said_of(report: Report, **values: Any) -> dict[str, Any]:
    """The symbols' data, some columns of the first symbol being other ones."""
    securities = report.securities
    for name, value in values.items():
        at = securities.column_names.index(name)
        rest = securities[name].to_pylist()[1:]
        securities = securities.set_column(at, name, pa.array([value, *rest], pa.float64()))
    return json.loads(embedded(replace(report, securities=securities)))["symbols"]


@pytest.mark.parametrize(
    ("column", "key", "value", "said"),
    [
        pytest.param("close", "close", 12.345678, 12.35, id="a price in cents"),
        pytest.param("close", "close", 0.012345, 0.0123, id="a small one with four places"),
        pytest.param("change_pct", "change", -1.23456, -1.23, id="a change in hundredths"),
        pytest.param("change_pct", "change", None, None, id="no change is known"),
        pytest.param("market_cap", "cap", 123_456_789.0, 123_500_000, id="four digits"),
        pytest.param("market_cap", "cap", 999.6, 1000, id="whole dollars"),
        pytest.param("market_cap", "cap", None, None, id="no capitalization is known"),
        pytest.param("volume", "volume", 0.0, 0, id="nothing traded"),
        pytest.param("rs_rating", "strength", 99.0, 99, id="a rating as an integer"),
        pytest.param("rs_rating", "strength", None, None, id="no rating is known"),
        pytest.param("rel_volume_10", "times", 1.005, 1.0, id="a multiple in hundredths"),
        pytest.param("tech_rating", "rating", None, None, id="no votes"),
    ],
)
def test_numbers_have_the_digits_that_are_shown(
    report: Report, column: str, key: str, value: float | None, said: float | None
) -> None:
    found = said_of(report, **{column: value})[key][0]
    assert (found, type(found)) == (said, type(said))


def test_levels_that_are_missing_are_null(report: Report) -> None:
    part = report.scans[0]
    levels = {name: np.full(3, np.nan) for name in ("entry", "stop", "target")}
    odd = replace(part, table=replace(part.table, levels=levels))
    said = json.loads(embedded(replace(report, scans=(odd,))))
    assert said["scans"][0]["rows"]["stop"] == [None, None, None]


def test_lists_of_changes_name_the_first_and_count_all(report: Report) -> None:
    left = tuple(Departure(f"L{at}", "", at + 1, "") for at in range(NAMED + 5))
    labels = (
        *(Relabelling(at + 1, "Buy", "Strong Buy") for at in range(NAMED + 3)),
        Relabelling(200, "Strong Sell", "Buy"),
        Relabelling(201, "Neutral", "Sell"),
    )
    part = replace(report.scans[0], changes=Changes(report.sessions[-2], left, labels))
    said = json.loads(embedded(replace(report, scans=(part,))))["scans"][0]["changes"]
    assert (said["left"]["count"], len(said["left"]["named"])) == (NAMED + 5, NAMED)
    # Who moved farthest is the first, and the best rank among equals.
    assert said["raised"]["count"] == NAMED + 4
    assert said["raised"]["named"][:2] == [[200, 0, 3], [1, 3, 4]]
    assert said["lowered"] == {"count": 1, "named": [[201, 2, 1]]}


def test_moments_are_those_of_new_york_and_utc(report: Report) -> None:
    said = json.loads(embedded(report))
    assert said["made"] == "2016-12-30 17:30 New York (22:30 UTC)"
    assert [scan["stale"] is None for scan in said["scans"]] == [True, False, False]
