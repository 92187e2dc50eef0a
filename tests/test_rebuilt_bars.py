"""From the payloads that are kept the same bars are read again, and what is not is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payloads import Row, payload

from technic_pipeline.pipeline import ensure_partitions
from technic_pipeline.rebuilt_bars import verify_bars
from technic_pipeline.sources.massive.grouped import read_payload, session_bars
from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.payloads import forget_payloads

FIRST = date(2016, 1, 4)
TICKERS = ["A", "BRK.B", "KIMpL", "NA"]

rows = st.fixed_dictionaries(
    {
        "T": st.sampled_from(TICKERS),
        "o": st.just(10.0),
        "h": st.sampled_from([11.0, 12.0]),
        # Above the high nothing is a bar.
        "l": st.sampled_from([9.0, 9.5, 99.0]),
        "c": st.just(10.5),
        "v": st.sampled_from([1000.0, 2.5]),
    },
    optional={"vw": st.sampled_from([10.1, 10.2]), "n": st.sampled_from([7, 8])},
)
ALWAYS = {"T": "SPY", "o": 1.0, "h": 1.0, "l": 1.0, "c": 1.0}


def reply(session: date, listed: list[dict[str, Any]]) -> bytes:
    stamp = int(datetime(session.year, session.month, session.day, 21, tzinfo=UTC).timestamp())
    told = [{**row, "t": stamp * 1000} for row in listed]
    return json.dumps({"adjusted": False, "results": told}).encode()


def store_reply(engine: sa.Engine, session: date, listed: list[dict[str, Any]]) -> None:
    bars = session_bars(session, read_payload(reply(session, listed)))
    ingest(engine, bars, confirm_removals=True)


@pytest.fixture
def store(engine: sa.Engine) -> sa.Engine:
    ensure_partitions(engine, FIRST, FIRST + timedelta(days=300))
    return engine


@pytest.fixture
def sessions() -> Iterator[date]:
    """Another one whenever asked."""
    return (FIRST + timedelta(days=number) for number in range(300))


# Of each batch some rows, and the volume by which it differs from others.
batches = st.lists(st.tuples(st.lists(rows, max_size=6), st.integers(1, 9)), min_size=1, max_size=4)


@given(told=st.lists(batches, min_size=10, max_size=10))
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_batches_of_a_session_read_again_give_its_bars(
    told: list[list[tuple[list[dict[str, Any]], int]]],
    store: sa.Engine,
    database_url: str,
    sessions: Iterator[date],
) -> None:
    for session, of_session in zip(sessions, told, strict=False):
        for listed, volume in of_session:
            store_reply(store, session, [*listed, ALWAYS | {"v": float(volume)}])
    found = verify_bars(database_url)
    assert (found.faults, found.examples) == (0, [])
    with store.connect() as connection:
        assert found.bars == connection.scalar(sa.text("select count(*) from daily_bars"))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(
            "update daily_bars set vwap = 5 where ticker = 'SPY'",
            "SPY, 2016-01-04: different",
            id="a bar is another",
        ),
        pytest.param(
            "delete from daily_bars where ticker = 'SPY'", "SPY, 2016-01-04: missing", id="is gone"
        ),
        pytest.param(
            "insert into daily_bars select symbol_id + 9, session, 'NEW', open, high, low, close,"
            " volume, vwap, transactions, batch_id from daily_bars where ticker = 'SPY'",
            "NEW, 2016-01-04: too many",
            id="came from nowhere",
        ),
        pytest.param(
            "update payloads set content = substr(content, 1, 40)",
            "payload of batch 1, 2016-01-04: ",
            id="a payload is cut off",
        ),
        pytest.param(
            "update payloads set size = 2000000000",
            "payload of batch 1, 2016-01-04: 2,000,000,000 bytes, and no reply has more than",
            id="a payload says that it is of any size",
        ),
        pytest.param(
            "update ingest_batches set payload_sha256 = repeat('0', 64)",
            "payload of batch 1, 2016-01-04: other bytes than those received",
            id="a payload is another",
        ),
    ],
)
def test_what_does_not_agree_is_named(
    damage: str, said: str, store: sa.Engine, database_url: str
) -> None:
    store_reply(store, FIRST, [ALWAYS | {"v": 1.0}, ALWAYS | {"v": 1.0, "T": "A"}])
    with store.begin() as connection:
        connection.execute(sa.text(damage))
    found = verify_bars(database_url)
    assert found.faults == 1
    assert found.examples[0].startswith(said)


def test_a_payload_is_kept_as_it_came(store: sa.Engine) -> None:
    sent = reply(FIRST, [ALWAYS | {"v": 1.0}])
    ingest(store, session_bars(FIRST, read_payload(sent)))
    with store.connect() as connection:
        kept = connection.execute(sa.text("select format, size from payloads")).one()
    assert tuple(kept) == ("grouped_reply", len(sent))


def test_a_session_of_which_a_payload_is_not_kept_is_left_out_and_counted(
    store: sa.Engine, database_url: str
) -> None:
    """Older ones are forgotten; and bars that were made here were never received."""
    for day, volume in ((0, 1.0), (0, 2.0), (1, 1.0)):
        store_reply(store, FIRST + timedelta(days=day), [ALWAYS | {"v": volume}])
    ingest(store, payload(FIRST + timedelta(days=2), [Row("A")]))
    with store.begin() as connection:
        connection.execute(
            sa.text("update ingest_batches set fetched_at = '2016-01-01' where batch_id = 1")
        )
    assert forget_payloads(store, datetime(2016, 1, 2, tzinfo=UTC)) == 1
    found = verify_bars(database_url)
    assert (found.left_out, found.sessions, found.bars, found.faults) == (2, 1, 1, 0)
