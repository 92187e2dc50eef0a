"""What a reference list says of symbols, what it said before, and words that mean no sector."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from contents import contents, query
from payloads import Row, payload

from technic_pipeline.sources import SymbolDescription, TickerChange
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.reference import ReferenceReport, record_descriptions
from technic_pipeline.store.ticker_changes import apply_ticker_changes

SESSION = date(2015, 3, 20)
ALPHA = SymbolDescription("A", "Alpha, Inc.", "CS", "XNYS", "Healthcare", "Drugs")
BETA = SymbolDescription("B", "Beta Fund", "ETF", "XNAS")
CURRENT = (
    "select ticker, name, type, exchange, sector, sector_given, industry from symbols order by 1"
)
VERSIONS = (
    "select ticker, v.name, v.known_to is null from symbol_versions v"
    " join symbols s using (symbol_id) order by ticker, known_from"
)


@pytest.fixture
def traded(store: sa.Engine) -> sa.Engine:
    """A, B and C have traded."""
    ingest(store, payload(SESSION, [Row("A"), Row("B"), Row("C")]))
    return store


def test_symbols_are_described_by_the_ticker_that_they_bear(traded: sa.Engine) -> None:
    report = record_descriptions(traded, [BETA, ALPHA, SymbolDescription("NEVER", "Unseen")])
    assert report == ReferenceReport(listed=3, changed=2, unknown_sectors={})
    assert query(traded, CURRENT) == [
        ("A", "Alpha, Inc.", "CS", "XNYS", "Health Care", "Healthcare", "Drugs"),
        ("B", "Beta Fund", "ETF", "XNAS", None, None, None),
        ("C", None, None, None, None, None, None),
    ]


def test_the_same_list_again_changes_nothing(traded: sa.Engine) -> None:
    record_descriptions(traded, [ALPHA, BETA])
    before = contents(traded)
    assert record_descriptions(traded, [BETA, ALPHA]).changed == 0
    assert contents(traded) == before


def test_a_changed_description_ends_the_version_before_it_without_a_gap(traded: sa.Engine) -> None:
    record_descriptions(traded, [ALPHA, BETA])
    renamed = SymbolDescription("A", "Alpha plc", "ADRC", "XNYS", "Healthcare", "Drugs")
    assert record_descriptions(traded, [renamed, BETA]).changed == 1
    assert query(traded, VERSIONS) == [
        ("A", "Alpha, Inc.", False),
        ("A", "Alpha plc", True),
        ("B", "Beta Fund", True),
    ]
    seamless = (
        "select o.known_to = n.known_from, o.known_from < o.known_to from symbol_versions o"
        " join symbol_versions n using (symbol_id) where o.known_to is not null"
        " and n.known_to is null"
    )
    assert query(traded, seamless) == [(True, True)]
    assert query(traded, CURRENT)[0][:3] == ("A", "Alpha plc", "ADRC")


@pytest.mark.parametrize(
    "changed",
    [
        SymbolDescription("A", None, "CS", "XNYS", "Healthcare", "Drugs"),
        SymbolDescription("A", "Alpha, Inc.", None, "XNYS", "Healthcare", "Drugs"),
        SymbolDescription("A", "Alpha, Inc.", "CS", None, "Healthcare", "Drugs"),
        SymbolDescription("A", "Alpha, Inc.", "CS", "XNYS", "Health Care", "Drugs"),
        SymbolDescription("A", "Alpha, Inc.", "CS", "XNYS", "Healthcare", None),
    ],
    ids=["name", "type", "exchange", "sector's word", "industry"],
)
def test_every_field_makes_a_version_also_when_it_becomes_empty(
    traded: sa.Engine, changed: SymbolDescription
) -> None:
    record_descriptions(traded, [ALPHA])
    assert record_descriptions(traded, [changed]).changed == 1
    assert query(traded, "select count(*), count(known_to) from symbol_versions") == [(2, 1)]


def test_a_symbol_that_is_listed_no_longer_keeps_what_was_known(traded: sa.Engine) -> None:
    record_descriptions(traded, [ALPHA, BETA])
    before = contents(traded)
    assert record_descriptions(traded, []).changed == 0
    assert record_descriptions(traded, [BETA]).changed == 0
    assert contents(traded) == before


def test_words_that_mean_no_sector_are_counted_and_kept_as_given(traded: sa.Engine) -> None:
    words = {"A": "Miscellaneous", "B": "Miscellaneous", "C": "Finance", "D": "n/a"}
    report = record_descriptions(
        traded, [SymbolDescription(ticker, sector=word) for ticker, word in words.items()]
    )
    assert report.unknown_sectors == {"Miscellaneous": 2, "n/a": 1}
    sectors = "select ticker, sector, sector_given from symbols order by 1"
    assert query(traded, sectors) == [
        ("A", None, "Miscellaneous"),
        ("B", None, "Miscellaneous"),
        ("C", "Financials", "Finance"),
    ]


def test_tickers_that_differ_in_case_are_described_apart(store: sa.Engine) -> None:
    ingest(store, payload(SESSION, [Row("KIMpL"), Row("KIMPL")]))
    record_descriptions(store, [SymbolDescription("KIMpL", "Preferred")])
    named = 'select ticker, name from symbols order by ticker collate "C"'
    assert query(store, named) == [("KIMPL", None), ("KIMpL", "Preferred")]


def test_a_reused_ticker_describes_its_present_bearer(traded: sa.Engine) -> None:
    record_descriptions(traded, [ALPHA])
    apply_ticker_changes(traded, [TickerChange("A", "AA", date(2015, 3, 23))])
    ingest(traded, payload(date(2015, 3, 23), [Row("A"), Row("AA")]))
    other = SymbolDescription("A", "Another Company")
    record_descriptions(traded, [other, SymbolDescription("AA", "Alpha, Inc.")])
    named = "select symbol_id, ticker, name from symbols where name is not null order by 1"
    assert query(traded, named) == [(1, "AA", "Alpha, Inc."), (4, "A", "Another Company")]
