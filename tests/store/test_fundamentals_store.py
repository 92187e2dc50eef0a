"""Ratios as they are told, told again and corrected, under the symbol that bore the ticker."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import numpy as np
import pytest
import sqlalchemy as sa
from contents import query
from payloads import Row, payload

from technic_pipeline.sources import Ratios, SymbolDescription
from technic_pipeline.sources.reference import RATIO_METRICS
from technic_pipeline.store.database import statement
from technic_pipeline.store.fundamentals import (
    RatiosReport,
    read_ratios,
    read_ratios_of,
    record_ratios,
)
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions

SESSION = date(2015, 3, 20)
MARCH, JUNE = date(2015, 3, 2), date(2015, 6, 1)
STORED = "select * from fundamentals order by symbol_id, known_on, fetched_at"
CASH = "select cash from fundamentals order by symbol_id, known_on, fetched_at"


@pytest.fixture
def traded(store: sa.Engine) -> sa.Engine:
    """A, B and C are symbols 1, 2 and 3."""
    ingest(store, payload(SESSION, [Row("A"), Row("B"), Row("C")]))
    return store


def cash(url: str, as_of: date) -> list[tuple[int, float]]:
    table = read_ratios(url, as_of)
    return sorted(zip(table["symbol_id"].to_pylist(), table["cash"].to_pylist(), strict=True))


def test_every_metric_is_stored_under_its_own_name(traded: sa.Engine) -> None:
    told = Ratios("B", MARCH, **{name: float(i) for i, name in enumerate(RATIO_METRICS)})
    assert record_ratios(traded, [told]) == RatiosReport(1, unresolved=0, repeated=0, added=1)
    [row] = query(
        traded, f"select symbol_id, known_on, {', '.join(RATIO_METRICS)} from fundamentals"
    )
    assert row == (2, MARCH, *map(float, range(len(RATIO_METRICS))))


def test_what_is_missing_or_not_finite_is_null_and_there_is_no_negative_zero(
    traded: sa.Engine,
) -> None:
    record_ratios(traded, [Ratios("A", MARCH, price=nan, market_cap=-inf, cash=-0.0)])
    found = query(traded, "select price, market_cap, quick, cash::text from fundamentals")
    assert found == [(None, None, None, "0")]


def test_the_same_list_again_changes_nothing(traded: sa.Engine) -> None:
    told = [Ratios("A", MARCH, cash=1.0), Ratios("A", JUNE), Ratios("B", MARCH, price=2.0)]
    record_ratios(traded, told)
    before = query(traded, STORED)
    assert record_ratios(traded, told[::-1]).added == 0
    assert record_ratios(traded, []) == RatiosReport(0, 0, 0, 0)
    assert query(traded, STORED) == before


def test_a_restated_day_keeps_what_was_told_before_and_the_newest_counts(
    traded: sa.Engine, partitioned_url: str
) -> None:
    for amount in (1.0, 2.0, 1.0):
        assert record_ratios(traded, [Ratios("A", MARCH, cash=amount)]).added == 1
    assert query(traded, CASH) == [(1.0,), (2.0,), (1.0,)]
    assert cash(partitioned_url, MARCH) == [(1, 1.0)]
    record_ratios(traded, [Ratios("A", MARCH, cash=None)])
    assert cash(partitioned_url, MARCH) == [(1, None)]


def test_what_is_listed_no_longer_stays(traded: sa.Engine, partitioned_url: str) -> None:
    record_ratios(traded, [Ratios("A", MARCH, cash=1.0)])
    record_ratios(traded, [Ratios("B", JUNE, cash=2.0)])
    assert cash(partitioned_url, JUNE) == [(1, 1.0), (2, 2.0)]


def test_of_several_for_one_ticker_and_day_the_last_listed_counts(traded: sa.Engine) -> None:
    told = [Ratios("A", MARCH, cash=1.0), Ratios("A", MARCH, cash=2.0), Ratios("A", JUNE)]
    assert record_ratios(traded, told) == RatiosReport(3, unresolved=0, repeated=1, added=2)
    assert query(traded, CASH) == [(2.0,), (None,)]


def test_tickers_that_nobody_bore_are_counted(traded: sa.Engine) -> None:
    told = [Ratios("a", MARCH), Ratios("NEVER", MARCH), Ratios("C", MARCH)]
    assert record_ratios(traded, told) == RatiosReport(3, unresolved=2, repeated=0, added=1)


def test_ratios_belong_to_who_bore_the_ticker_when_they_became_known(traded: sa.Engine) -> None:
    _rename_a_to_b_in_june(traded)
    told = [Ratios("A", MARCH), Ratios("B", MARCH), Ratios("A", JUNE), Ratios("B", JUNE)]
    report = record_ratios(traded, told)
    assert report == RatiosReport(4, unresolved=1, repeated=0, added=3)
    owners = query(traded, "select ticker, known_on, symbol_id from fundamentals order by 1, 2")
    assert owners == [("A", MARCH, 1), ("B", MARCH, 2), ("B", JUNE, 1)]


def test_a_day_is_read_with_the_newest_ratios_known_on_it(
    traded: sa.Engine, partitioned_url: str
) -> None:
    record_ratios(
        traded,
        [
            Ratios("A", MARCH, cash=1.0),
            Ratios("A", JUNE, cash=2.0),
            Ratios("B", JUNE, cash=3.0),
        ],
    )
    assert cash(partitioned_url, date(2015, 3, 1)) == []
    assert cash(partitioned_url, MARCH) == [(1, 1.0)]
    assert cash(partitioned_url, date(2015, 5, 31)) == [(1, 1.0)]
    assert cash(partitioned_url, JUNE) == [(1, 2.0), (2, 3.0)]


def test_newer_ratios_replace_the_older_ones_as_a_whole(
    traded: sa.Engine, partitioned_url: str
) -> None:
    record_ratios(traded, [Ratios("A", MARCH, cash=1.0, quick=2.0), Ratios("A", JUNE, quick=3.0)])
    # Cash of March and debts of June would be a company that never was.
    assert cash(partitioned_url, JUNE) == [(1, None)]


def test_only_the_symbols_asked_for_are_read(traded: sa.Engine, partitioned_url: str) -> None:
    record_ratios(traded, [Ratios(t, MARCH, cash=1.0, market_cap=5.0) for t in ("A", "B", "C")])
    table = read_ratios_of(partitioned_url, JUNE, np.array([3, 1, 99], dtype=np.int32))
    assert sorted(table["symbol_id"].to_pylist()) == [1, 3]
    assert table["market_cap"].to_pylist() == [5.0, 5.0]
    assert table["known_on"].to_pylist() == [MARCH, MARCH]


def test_the_sector_comes_with_what_was_known(traded: sa.Engine, partitioned_url: str) -> None:
    record_ratios(traded, [Ratios("A", MARCH), Ratios("B", MARCH)])
    record_descriptions(traded, [SymbolDescription("B", sector="Healthcare")])
    table = read_ratios(partitioned_url, MARCH)
    sectors = dict(zip(table["symbol_id"].to_pylist(), table["sector"].to_pylist(), strict=True))
    assert sectors == {1: None, 2: "Health Care"}


def test_the_index_serves_a_long_history(traded: sa.Engine) -> None:
    many = (
        "insert into fundamentals (symbol_id, known_on, ticker)"
        " select s, date '2000-01-01' + d, 'X' from generate_series(1, 100) s,"
        " generate_series(1, 500) d"
    )
    with traded.begin() as connection:
        connection.execute(sa.text(many))
        connection.execute(sa.text("analyze fundamentals"))
        connection.execute(
            sa.text(f"prepare newest (date, text) as {statement('read_ratios_of').text}")
        )
        rows = connection.scalars(sa.text("explain execute newest ('2000-06-01', '{1,2,3}')"))
        plan = "\n".join(rows)
    assert "Index Scan Backward using fundamentals_pkey" in plan
    assert "Sort" not in plan


def _rename_a_to_b_in_june(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("update symbol_tickers set valid_to = :day where ticker in ('A', 'B')"),
            {"day": JUNE},
        )
        connection.execute(
            sa.text(
                "insert into symbol_tickers (symbol_id, ticker, valid_from) values (1, 'B', :day)"
            ),
            {"day": JUNE},
        )
