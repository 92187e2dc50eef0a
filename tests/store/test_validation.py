"""Which rows are bars, and the reason given for each that is not."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from payloads import Row, payload

from technic_pipeline.store.validation import judge

SESSION = date(2015, 3, 20)
INF, NAN = math.inf, math.nan


def reasons(*rows: Row) -> list[str]:
    return judge(payload(SESSION, rows)).reason.tolist()


@pytest.mark.parametrize(
    ("row", "reason", "why"),
    [
        (Row("A"), "", "an ordinary bar"),
        (Row("A", volume=0.0), "", "a session in which nothing was traded in round lots"),
        (Row("A", 10.0, 10.0, 10.0, 10.0), "", "all trades at one price"),
        (Row("A", volume=0.25), "", "fractional shares"),
        (Row("A", volume=1.437085e06), "", "as the vendor writes large volumes"),
        (Row("A", vwap=10.1, transactions=7.0), "", "all fields given"),
        (Row("A", 1e-4, 1e-4, 1e-4, 1e-4), "", "tiny prices are prices"),
        (Row("A", 1e13, 1e13, 1e13, 1e13), "", "huge prices are prices"),
        (Row("A", open=9.0, close=11.0), "", "opened on its low, closed on its high"),
        (Row(""), "malformed_ticker", "no ticker"),
        (Row(None), "malformed_ticker", "no ticker at all"),
        (Row("A B"), "malformed_ticker", "a blank"),
        (Row(" A"), "malformed_ticker", "a blank in front"),
        (Row("A\n"), "malformed_ticker", "a line break, which $ of some dialects overlooks"),
        (Row("A\0"), "malformed_ticker", "a zero byte, which PostgreSQL cannot hold"),
        (Row("\x01\x02"), "malformed_ticker", "control bytes, as in replies of April 2020"),
        (Row("\\xff\\xfe"), "malformed_ticker", "undecodable bytes, written out"),
        (Row("\u0410"), "malformed_ticker", "a Cyrillic letter that looks like an A"),
        (Row(".WS"), "malformed_ticker", "a suffix without its root"),
        (Row("A" * 25), "malformed_ticker", "longer than any ticker"),
        (Row("ZVZZT"), "test_symbol", "Nasdaq's"),
        (Row("ZXZZT"), "test_symbol", "Nasdaq's"),
        (Row("NTEST"), "test_symbol", "the New York Stock Exchange's"),
        (Row("NTEST.A"), "test_symbol", "a class of it"),
        (Row("ZTEST"), "test_symbol", "Bats's"),
        (Row("A", day=date(2015, 3, 19)), "wrong_session", "yesterday's row"),
        (Row("A", open=NAN), "price_not_finite", "a missing price"),
        (Row("A", high=INF), "price_not_finite", "an infinite price"),
        (Row("A", low=-INF), "price_not_finite", "an infinite price below zero"),
        (Row("A", close=NAN), "price_not_finite", "a missing close"),
        (Row("A", open=0.0, low=0.0), "price_not_positive", "zero stands for missing"),
        (Row("A", low=-1.0), "price_not_positive", "a negative price"),
        (Row("A", high=9.0, low=11.0), "high_below_low", "high and low exchanged"),
        (Row("A", open=11.5), "price_outside_range", "opened above the high"),
        (Row("A", open=8.5), "price_outside_range", "opened below the low"),
        (Row("A", close=11.5), "price_outside_range", "closed above the high"),
        (Row("A", close=8.5), "price_outside_range", "closed below the low"),
        (Row("A", volume=-1.0), "bad_volume", "negative"),
        (Row("A", volume=NAN), "bad_volume", "missing"),
        (Row("A", volume=INF), "bad_volume", "infinite"),
        (Row("A", vwap=INF), "bad_vwap", "infinite, where missing would be fine"),
        (Row("A", transactions=INF), "bad_transactions", "infinite"),
        (Row("A", transactions=1e300), "bad_transactions", "more than a bigint holds"),
    ],
)
def test_each_row_is_judged_by_the_rules(row: Row, reason: str, why: str) -> None:
    assert reasons(row) == [reason], why


@pytest.mark.parametrize(
    "ticker",
    ["A", "BRK.B", "KIMpL", "NA", "NAN", "TRUE", "NULL", "ABC.WS", "ABC.U", "BF-B", "TESTS", "ZZT"],
)
def test_odd_tickers_are_tickers(ticker: str) -> None:
    assert reasons(Row(ticker)) == [""]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("ZVZZT", open=NAN, volume=-1.0), "test_symbol"),
        (Row("A B", day=date(2015, 3, 19)), "malformed_ticker"),
        (Row("A", open=NAN, day=date(2015, 3, 19)), "wrong_session"),
        (Row("A", open=NAN, close=-1.0), "price_not_finite"),
        (Row("A", high=0.0, low=11.0), "price_not_positive"),
    ],
)
def test_a_row_that_breaks_several_rules_is_named_by_the_first(row: Row, reason: str) -> None:
    assert reasons(row) == [reason]


@pytest.mark.parametrize(
    ("rows", "expected", "why"),
    [
        (
            [Row("A"), Row("B"), Row("A")],
            ["", "", "repeated_row"],
            "one of two equal rows is enough",
        ),
        (
            [Row("A"), Row("A"), Row("A")],
            ["", "repeated_row", "repeated_row"],
            "and one of three",
        ),
        (
            [Row("A"), Row("B"), Row("A", close=10.6)],
            ["conflicting_duplicate", "", "conflicting_duplicate"],
            "nobody knows which of the two is right",
        ),
        (
            [Row("A"), Row("A"), Row("A", volume=1.0)],
            ["conflicting_duplicate"] * 3,
            "a majority does not decide",
        ),
        (
            [Row("A", vwap=10.0), Row("A")],
            ["conflicting_duplicate"] * 2,
            "a value that only one of them has",
        ),
        (
            [Row("A"), Row("A", day=date(2015, 3, 19), close=10.6)],
            ["", "wrong_session"],
            "a row that is no bar contradicts none",
        ),
        ([Row("KIMpL"), Row("KIMPL", close=10.6)], ["", ""], "case makes another ticker"),
    ],
)
def test_duplicates_are_rejected(rows: list[Row], expected: list[str], why: str) -> None:
    assert reasons(*rows) == expected, why


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Row,
            ticker=st.sampled_from(["A", "B", "ZVZZT", "", "A\0"]),
            close=st.sampled_from([10.5, 10.6, NAN, 0.0, 99.0]),
            volume=st.sampled_from([0.0, 1.5, -1.0, NAN]),
            vwap=st.sampled_from([NAN, 10.0]),
        ),
        max_size=8,
    )
)
def test_the_accepted_and_the_rejected_are_all_rows_and_no_ticker_is_accepted_twice(
    rows: list[Row],
) -> None:
    verdict = judge(payload(SESSION, rows))
    both = np.concatenate([verdict.accepted, verdict.rejected])
    assert sorted(both.tolist()) == list(range(len(rows)))
    accepted = [rows[at] for at in verdict.accepted]
    assert len({row.ticker for row in accepted}) == len(accepted)
    for row in accepted:
        alone = [other for other in rows if other.ticker == row.ticker and reasons(other) == [""]]
        assert all(repr(other) == repr(row) for other in alone)


def test_the_order_of_rows_does_not_decide_which_are_bars() -> None:
    rows = [Row("A"), Row("B"), Row("A", close=10.6), Row("C", open=NAN), Row("D")]
    assert reasons(*rows[::-1])[::-1] == reasons(*rows)
