"""No cache can change a bit of a score, and what PostgreSQL keeps of the distributions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
import redis
import sqlalchemy as sa
from filers import BEFORE, NO_REDIS, SESSION, filings, scores

from technic_pipeline.scan.fundamentals import SectorDistributions
from technic_pipeline.scan.known_fundamentals import distributions_for, record_statistics
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.store.database import engine_for
from technic_pipeline.store.fundamentals import record_ratios

PATTERN = "technic:sector_stats:*"


@pytest.fixture
def client(servers: Endpoints) -> Iterator[redis.Redis]:
    """The tests' Redis, without entries of this module before and after."""
    with redis.Redis.from_url(servers.redis_url) as client:
        forget(client)
        yield client
        forget(client)


def forget(client: redis.Redis) -> None:
    for key in client.scan_iter(PATTERN):
        client.delete(key)


def bits(distributions: SectorDistributions) -> tuple[bytes, bytes]:
    return distributions.start.tobytes(), distributions.values.tobytes()


@pytest.mark.usefixtures("client")
def test_distributions_come_from_redis_while_the_digest_is_the_one_in_postgresql(
    told: str, servers: Endpoints, calendar: Calendar
) -> None:
    record_statistics(told, servers.redis_url, SESSION, calendar)
    recomputed = distributions_for(told, NO_REDIS, SESSION, calendar)
    with engine_for(told).begin() as connection:
        # Behind everyone's back: whoever computes now finds nothing.
        connection.execute(sa.text("delete from fundamentals"))
    cached = distributions_for(told, servers.redis_url, SESSION, calendar)
    assert bits(cached) == bits(recomputed)
    assert len(cached.values) == 4 * 20
    assert len(distributions_for(told, NO_REDIS, SESSION, calendar).values) == 0


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda client, key: client.expire(key, 86_400), "the entry is there"),
        (lambda client, key: client.delete(key), "emptied"),
        (lambda client, key: client.setrange(key, 100, b"\x01\x02\x03"), "damaged"),
        (lambda client, key: client.set(key, b"\x80\x04K\x01."), "foreign bytes"),
        (lambda client, key: (client.delete(key), client.sadd(key, "x")), "another type"),
    ],
)
def test_scores_are_the_same_whatever_redis_holds(
    told: str,
    servers: Endpoints,
    client: redis.Redis,
    calendar: Calendar,
    spoil: Callable[[redis.Redis, bytes], object],
    why: str,
) -> None:
    record_statistics(told, servers.redis_url, SESSION, calendar)
    without = scores(told, NO_REDIS, calendar)
    [key] = client.scan_iter(PATTERN)
    whole = client.get(key)
    spoil(client, key)
    for _ in range(2):
        found = scores(told, servers.redis_url, calendar)
        assert found.score.tobytes() == without.score.tobytes(), why
    # What was lost is there again.
    assert client.get(key) == whole, why
    assert 86_390 <= client.ttl(key) <= 86_400, why  # type: ignore[operator]


def test_nothing_is_cached_that_postgresql_has_no_digest_of(
    told: str, servers: Endpoints, client: redis.Redis, calendar: Calendar
) -> None:
    distributions_for(told, servers.redis_url, SESSION, calendar)
    assert list(client.scan_iter(PATTERN)) == []


def test_values_changed_behind_the_digest_are_not_cached(
    told: str,
    servers: Endpoints,
    client: redis.Redis,
    calendar: Calendar,
    caplog: pytest.LogCaptureFixture,
) -> None:
    record_statistics(told, servers.redis_url, SESSION, calendar)
    forget(client)
    with engine_for(told).begin() as connection:
        connection.execute(sa.text("update fundamentals set cash = cash + 1"))
    with caplog.at_level(logging.WARNING):
        distributions_for(told, servers.redis_url, SESSION, calendar)
    assert "2016-06-03" in caplog.text
    assert list(client.scan_iter(PATTERN)) == []


@pytest.mark.usefixtures("client")
def test_statistics_are_recorded_once_and_again_when_something_changed(
    told: str, servers: Endpoints, calendar: Calendar
) -> None:
    engine = engine_for(told)
    text = sa.text(
        "select as_of, digest, computed_at, stale_since is null from sector_distributions"
    )

    def recorded() -> list[sa.Row]:
        with engine.connect() as connection:
            return list(connection.execute(text).all())

    report = record_statistics(told, servers.redis_url, SESSION, calendar)
    [first] = recorded()
    assert (first.as_of, report.as_of, report.symbols) == (BEFORE, BEFORE, 20)
    record_statistics(told, servers.redis_url, SESSION, calendar)
    assert recorded() == [first]
    record_ratios(engine, filings(BEFORE, ["T19"]))
    assert recorded()[0][3] is False
    record_statistics(told, servers.redis_url, SESSION, calendar)
    # The same values, told on another day: computed anew, and found to be the same.
    assert (recorded()[0].digest, recorded()[0][3]) == (first.digest, True)
    record_ratios(engine, [replace(filings(BEFORE, ["T19"])[0], cash=0.5)])
    record_statistics(told, servers.redis_url, SESSION, calendar)
    assert recorded()[0].digest != first.digest


@pytest.mark.usefixtures("client")
def test_statistics_are_rows_that_anyone_can_read(
    told: str, servers: Endpoints, calendar: Calendar
) -> None:
    record_statistics(told, servers.redis_url, SESSION, calendar)
    record_statistics(told, servers.redis_url, date(2016, 6, 7), calendar)
    text = (
        "select sector, symbols, p50 from sector_statistics"
        " where as_of = :day and metric = 'cash' order by sector"
    )
    with engine_for(told).connect() as connection:
        rows = connection.execute(sa.text(text), {"day": BEFORE}).all()
        days = connection.scalars(sa.text("select as_of from sector_distributions order by 1"))
        assert list(days) == [BEFORE, SESSION]
    assert [(row.sector, row.symbols) for row in rows] == [
        ("Energy", 10),
        ("Market", 20),
        ("Materials", 5),
        ("Unknown", 5),
    ]
    assert [row.p50 for row in rows] == pytest.approx(
        [1 + 4.5 / 7, 1 + 9.5 / 7, 1 + 12 / 7, 1 + 17 / 7]
    )
