"""Rows that are no bars are kept aside, and the rest of the session comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from evenings import Evenings

from technic_pipeline.simulated_exchange import SimulatedExchange
from technic_pipeline.simulated_exchange.bars import Row

DAY = date(2025, 9, 8)


def _without(*names: str) -> Callable[[Row], Row]:
    return lambda row: {name: value for name, value in row.items() if name not in names}


FAULTS: list[tuple[str, Callable[[Row], Row], str | None]] = [
    ("a ticker of control bytes", lambda row: row | {"T": "\x00\x01Q"}, "malformed_ticker"),
    ("a test symbol", lambda row: row | {"T": "ZVZZT"}, "test_symbol"),
    ("an open of 1e13", lambda row: row | {"o": 1e13}, "price_outside_range"),
    ("a negative price", lambda row: row | {"l": -1.0}, "price_not_positive"),
    ("a high below its low", lambda row: row | {"h": row["l"], "l": row["h"]}, "high_below_low"),
    ("no close", _without("c"), "price_not_finite"),
    ("no volume", _without("v"), "bad_volume"),
    ("no vwap and no transactions", _without("vw", "n"), None),
]


# So many that the faulty rows are no large share of them.
@pytest.mark.parametrize("symbols", [400], indirect=True)
def test_each_fault_costs_its_row_and_no_other(
    evenings: Evenings, exchange: SimulatedExchange
) -> None:
    def garble(_: date, rows: list[Row]) -> list[Row]:
        garbled = [fault(row) for (_, fault, _), row in zip(FAULTS, rows, strict=False)]
        # And one of the sound rows twice, another with two different closes.
        sound = rows[len(FAULTS) :]
        return [*garbled, *sound, sound[0], sound[1] | {"c": sound[1]["l"], "o": sound[1]["l"]}]

    exchange.edit_rows = garble
    evenings.go(DAY)
    traded = len(exchange.market.bars(DAY))
    rejected = evenings.query("select reason, count(*) from rejected_bars group by 1 order by 1")
    expected = sorted(reason for _, _, reason in FAULTS if reason)
    assert rejected == sorted(
        [(reason, 1) for reason in expected] + [("repeated_row", 1), ("conflicting_duplicate", 2)]
    )
    # The bar with two closes is none.
    assert evenings.query("select count(*) from daily_bars") == [(traded - len(expected) - 1,)]
