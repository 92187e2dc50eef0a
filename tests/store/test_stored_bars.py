"""Which rows of a later batch are told apart from the stored ones before they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from payloads import Row, payload

from technic_pipeline.store.ingest import ingest
from technic_pipeline.store.new_bars import accepted_rows
from technic_pipeline.store.stored_bars import Differences, differences

SESSION = date(2015, 3, 20)
STORED = [Row("A"), Row("B", vwap=10.2, transactions=7.0), Row("C")]

Compared = Callable[[list[Row]], Differences]


@pytest.fixture
def compared(store: sa.Engine) -> Compared:
    """A later batch's rows, all of them accepted, compared with the stored ones."""
    ingest(store, payload(SESSION, STORED))

    def compare(rows: list[Row]) -> Differences:
        again = payload(SESSION, rows)
        with store.connect() as connection:
            accepted = accepted_rows(connection, again, np.arange(len(rows)))
            return differences(connection, SESSION, accepted)

    return compare


def test_the_same_rows_in_any_order_are_all_stored(compared: Compared) -> None:
    found = compared(STORED[::-1])
    assert found.changed.tolist() == [False] * 3
    assert found.absent.tolist() == []


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        pytest.param({"open": 10.1}, True, id="another open"),
        pytest.param({"high": 12.0}, True, id="another high"),
        pytest.param({"low": 8.0}, True, id="another low"),
        pytest.param({"close": np.nextafter(10.5, 11.0)}, True, id="a close one bit away"),
        pytest.param({"volume": 1000.5}, True, id="half a share"),
        pytest.param({"vwap": 10.3}, True, id="another vwap"),
        pytest.param({"transactions": 8.0}, True, id="another number of transactions"),
        pytest.param({"vwap": np.nan}, False, id="a missing vwap says nothing"),
        pytest.param({"transactions": np.nan}, False, id="nor does a missing number"),
    ],
)
def test_a_row_is_changed_when_it_says_something_else(
    compared: Compared, said: dict[str, Any], changed: bool
) -> None:
    found = compared([STORED[0], replace(STORED[1], **said), STORED[2]])
    assert found.changed.tolist() == [False, changed, False]


def test_a_new_row_is_changed_and_a_missing_one_is_absent(compared: Compared) -> None:
    found = compared([STORED[1], STORED[2], Row("NEW")])
    assert found.changed.tolist() == [False, False, True]
    assert found.absent.tolist() == [1]


def test_a_vwap_that_was_missing_is_a_change(compared: Compared) -> None:
    assert compared([replace(STORED[0], vwap=10.0), *STORED[1:]]).changed.tolist() == [
        True,
        False,
        False,
    ]
