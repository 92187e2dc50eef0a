"""What ratios that are told, restated or moved do to what was made from the values before."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from contents import query
from payloads import Row, payload

from technic_pipeline.sources import Ratios, SymbolDescription, TickerChange
from technic_pipeline.store.fundamentals import record_ratios, repoint_ratios
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import record_descriptions
from technic_pipeline.store.schema_fundamentals import sector_distributions
from technic_pipeline.store.schema_scans import scan_runs
from technic_pipeline.store.ticker_changes import apply_ticker_changes

SESSION = date(2015, 3, 20)
MARCH, JUNE = date(2015, 3, 2), date(2015, 6, 1)


@pytest.fixture
def traded(store: sa.Engine) -> sa.Engine:
    """A, B and C are symbols 1, 2 and 3."""
    ingest(store, payload(SESSION, [Row("A"), Row("B"), Row("C")]))
    return store


def test_a_later_known_rename_takes_the_ratios_along_and_symbols_may_exchange_theirs(
    traded: sa.Engine,
) -> None:
    told = [Ratios(t, day, cash=ord(t)) for t in ("A", "B", "C") for day in (MARCH, JUNE)]
    record_ratios(traded, told)
    with traded.begin() as connection:
        connection.execute(sa.text("delete from symbol_tickers where ticker in ('A', 'B')"))
        connection.execute(
            sa.text(
                "insert into symbol_tickers (symbol_id, ticker, valid_from, valid_to) values"
                " (1, 'A', '0001-01-01', '2015-05-01'), (1, 'B', '2015-05-01', '9999-12-31'),"
                " (2, 'B', '0001-01-01', '2015-05-01'), (2, 'A', '2015-05-01', '9999-12-31')"
            )
        )
        assert repoint_ratios(connection, [1, 2, 3]) == 2
        assert repoint_ratios(connection, [1, 2, 3]) == 0
    owners = query(
        traded, "select symbol_id, known_on, ticker, cash from fundamentals order by 1, 2"
    )
    assert owners == [
        (1, MARCH, "A", 65.0),
        (1, JUNE, "B", 66.0),
        (2, MARCH, "B", 66.0),
        (2, JUNE, "A", 65.0),
        (3, MARCH, "C", 67.0),
        (3, JUNE, "C", 67.0),
    ]
    assert record_ratios(traded, told).added == 0


def test_a_rename_that_becomes_known_late_carries_the_ratios_on(store: sa.Engine) -> None:
    ingest(store, payload(SESSION, [Row("FB")]))
    ingest(store, payload(date(2015, 6, 1), [Row("META")]))
    record_ratios(store, [Ratios("FB", MARCH, cash=1.0), Ratios("META", JUNE, cash=2.0)])
    _compute(store, [date(2015, 5, 29), JUNE])
    apply_ticker_changes(store, [TickerChange("FB", "META", date(2015, 5, 28))])
    owners = "select symbol_id, ticker, cash from fundamentals order by known_on"
    assert query(store, owners) == [(1, "FB", 1.0), (1, "META", 2.0)]
    assert _stale(store, sector_distributions.c.as_of) == ["06-01"]


@pytest.mark.parametrize(
    ("told", "stale_days", "stale_scans", "why"),
    [
        ([], [], [], "nothing was told"),
        (
            [Ratios("A", JUNE, cash=9.0)],
            ["06-01", "08-31", "09-01"],
            ["06-01", "06-02", "09-01", "09-02"],
            "from June on: A had nothing newer",
        ),
        (
            [Ratios("B", MARCH, cash=9.0)],
            ["05-29"],
            ["05-29", "06-01"],
            "until B told more in June; the scan of June's first day looks at May's distribution",
        ),
        ([Ratios("B", JUNE, cash=2.0)], [], [], "known already"),
        ([Ratios("B", date(2015, 9, 3), cash=2.0)], [], [], "later than everything"),
    ],
)
def test_what_was_made_from_other_values_becomes_stale(
    traded: sa.Engine, told: list[Ratios], stale_days: list[str], stale_scans: list[str], why: str
) -> None:
    record_ratios(traded, [Ratios("B", MARCH, cash=1.0), Ratios("B", JUNE, cash=2.0)])
    sessions = [date(2015, *day) for day in [(5, 29), (6, 1), (6, 2), (9, 1), (9, 2)]]
    _publish(traded, sessions)
    _compute(traded, [date(2015, 5, 29), date(2015, 6, 1), date(2015, 8, 31), date(2015, 9, 1)])
    record_ratios(traded, told)
    assert _stale(traded, sector_distributions.c.as_of) == stale_days, why
    assert _stale(traded, scan_runs.c.session) == stale_scans, why


@pytest.mark.parametrize(
    ("described", "stale", "why"),
    [
        (SymbolDescription("A", sector="Healthcare"), ["06-01"], "one more in Health Care"),
        (SymbolDescription("A", sector="Miscellaneous"), [], "still in none"),
        (SymbolDescription("A", name="Alpha"), [], "another name is no other sector"),
        (SymbolDescription("C", sector="Healthcare"), [], "it never told ratios"),
    ],
)
def test_another_sector_makes_the_distributions_with_the_symbol_stale(
    traded: sa.Engine, described: SymbolDescription, stale: list[str], why: str
) -> None:
    record_ratios(traded, [Ratios("A", MARCH, cash=1.0)])
    _compute(traded, [date(2015, 2, 27), date(2015, 6, 1)])
    record_descriptions(traded, [described])
    assert _stale(traded, sector_distributions.c.as_of) == stale, why


def _publish(engine: sa.Engine, sessions: list[date]) -> None:
    run = {
        "scan": "swing",
        "version": 1,
        "population": 0,
        "universe": 0,
        "ranked": 0,
        "definition": {},
        "definition_sha256": "",
        "code_version": "",
        "engine_fingerprint": "",
        "inputs_sha256": "",
        "seconds": 0.0,
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(scan_runs), [run | {"session": day} for day in sessions])


def _compute(engine: sa.Engine, days: list[date]) -> None:
    row = {"symbols": 0, "digest": "", "sector_table": ""}
    with engine.begin() as connection:
        connection.execute(sa.insert(sector_distributions), [row | {"as_of": d} for d in days])


def _stale(engine: sa.Engine, day: sa.Column) -> list[str]:
    stale = day.table.c.stale_since.is_not(None)
    with engine.connect() as connection:
        return [f"{d:%m-%d}" for d in connection.scalars(sa.select(day).where(stale).order_by(day))]
