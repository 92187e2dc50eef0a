"""Scores of a session: what was known then, of whom, and in which company."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from filers import BEFORE, NO_REDIS, SESSION, TICKERS, filings, scores

from technic_pipeline.scan.fundamentals import METRICS, SECTORS, SectorDistributions
from technic_pipeline.scan.known_fundamentals import (
    distributions_for,
    known_by,
    read_fundamentals,
    record_statistics,
    sector_positions,
)
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources import Ratios, SymbolDescription
from technic_pipeline.sources.sectors import GICS_SECTORS
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.reference import record_descriptions


def cash_values(distributions: SectorDistributions, sector: str) -> list[float]:
    metric = [m.name for m in METRICS].index("cash")
    return distributions.of_sector(metric, SECTORS.index(sector)).tolist()


def test_everyone_with_enough_metrics_has_a_score(told: str, calendar: Calendar) -> None:
    record_ratios(
        engine_for(told),
        [Ratios("T00", date(2016, 5, 3), cash=1.0, quick=1.0), Ratios("T01", date(2016, 5, 3))],
    )
    found = scores(told, NO_REDIS, calendar)
    assert np.isnan(found.score).tolist() == [True, True] + [False] * 18
    assert np.nanmin(found.score) >= 0.0
    assert np.nanmax(found.score) <= 100.0
    # The newest filing counts as a whole, also for the size.
    assert np.isnan(found.market_cap[:2]).all()
    assert found.market_cap[2:].tolist() == [1e6 * (1.0 + i / 7.0) for i in range(2, 20)]
    assert found.known_on.tolist() == [date(2016, 5, 3)] * 2 + [date(2016, 5, 2)] * 18


def test_who_never_told_has_no_score_and_the_order_asked_for_is_kept(
    listed: str, calendar: Calendar
) -> None:
    record_ratios(engine_for(listed), filings(date(2016, 5, 2), TICKERS[:10]))
    asked = np.array([12, 3, 1, 2], dtype=np.int32)
    sector = pa.array(["Materials", "Energy", "Energy", None])
    found = read_fundamentals(listed, NO_REDIS, SESSION, calendar, asked, sector)
    assert np.isnan(found.score[0])
    assert np.isnat(found.known_on[0])
    assert np.isnan(found.market_cap[0])
    assert found.market_cap[1:].tolist() == [1e6 * (1.0 + i / 7.0) for i in (2, 0, 1)]
    # T02 of ten: cash, quick and current at 25, price to book at 75.
    assert found.score[1] == (25.0 + 25.0 + 25.0 + 75.0) / 4.0


@pytest.mark.parametrize(
    ("known_on", "own", "in_distribution", "why"),
    [
        (BEFORE, True, True, "known by the close of the session before"),
        (date(2016, 6, 4), True, False, "told on the Saturday: by Friday's close nobody knew"),
        (SESSION, True, False, "told on the day itself: fresh enough for its own score only"),
        (date(2016, 6, 7), False, False, "told tomorrow: not known yet"),
    ],
)
def test_no_value_is_used_before_it_was_known(
    listed: str, calendar: Calendar, known_on: date, own: bool, in_distribution: bool, why: str
) -> None:
    engine = engine_for(listed)
    record_ratios(engine, filings(date(2016, 5, 2), TICKERS[1:10]))
    record_ratios(engine, filings(known_on, ["T00"]))
    found = scores(listed, NO_REDIS, calendar)
    assert np.isfinite(found.score[0]) == own, why
    assert np.isfinite(found.market_cap[0]) == own, why
    distributions = distributions_for(listed, NO_REDIS, SESSION, calendar)
    assert len(cash_values(distributions, "Energy")) == 9 + in_distribution, why


def test_a_restated_value_changes_the_past_as_it_is_known_now(
    told: str, servers: Endpoints, calendar: Calendar
) -> None:
    record_statistics(told, servers.redis_url, SESSION, calendar)
    before = scores(told, servers.redis_url, calendar)
    [filing] = filings(date(2016, 5, 2), ["T00"])
    record_ratios(engine_for(told), [replace(filing, cash=99.0)])
    after = scores(told, servers.redis_url, calendar)
    # T00 rises from last to first of Energy in one of four metrics.
    assert after.score[0] - before.score[0] == pytest.approx(90.0 / 4.0)
    np.testing.assert_array_equal(after.score, scores(told, NO_REDIS, calendar).score)


def test_words_of_several_vocabularies_are_one_sector(listed: str, calendar: Calendar) -> None:
    engine = engine_for(listed)
    words = ["Health Care", "Healthcare", "healthcare", "Finance", "Financial Services", "n/a"]
    described = [SymbolDescription(t, sector=w) for t, w in zip(TICKERS, words, strict=False)]
    record_descriptions(engine, described)
    record_ratios(engine, filings(date(2016, 5, 2), TICKERS[:6]))
    found = distributions_for(listed, NO_REDIS, SESSION, calendar)
    counted = {sector: len(cash_values(found, sector)) for sector in SECTORS}
    assert {s: n for s, n in counted.items() if n} == {
        "Health Care": 3,
        "Financials": 2,
        "Unknown": 1,
    }


def test_sectors_are_numbered_and_what_is_none_of_them_is_unknown() -> None:
    names = pa.chunked_array([[*GICS_SECTORS], ["Unknown", "energy", "", None]])
    assert sector_positions(names).tolist() == [*range(11), 11, 11, 11, 11]
    assert sector_positions(pa.array([], pa.string())).tolist() == []


def test_the_day_of_the_distribution_is_the_session_before(calendar: Calendar) -> None:
    assert known_by(SESSION, calendar) == BEFORE
    assert known_by(calendar.first, calendar) < calendar.first
