"""The simulated rows are well formed, and distributed like those of a real tape."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.sources.bars import PRICES, SessionBars
from technic_pipeline.sources.simulated import SimulatedMarket

OpenMarket = Callable[..., SimulatedMarket]
Histories = dict[str, dict[str, NDArray]]


def joined(tape: list[SessionBars], name: str) -> NDArray[np.float64]:
    return np.concatenate([getattr(bars, name) for bars in tape])


def test_rows_say_which_session_and_source_they_are_of(tape: list[SessionBars]) -> None:
    for bars in tape:
        assert bars.source == "simulated"
        assert (bars.day == np.datetime64(bars.session)).all()
    assert len({bars.payload_sha256 for bars in tape}) == len(tape)


def test_tickers_come_in_byte_order_and_once(tape: list[SessionBars]) -> None:
    for bars in tape:
        tickers = [ticker.encode() for ticker in bars.ticker.to_pylist()]
        assert tickers == sorted(set(tickers))


def test_high_and_low_bound_every_price(tape: list[SessionBars]) -> None:
    high, low = joined(tape, "high"), joined(tape, "low")
    for name in ("open", "close", "vwap"):
        assert (joined(tape, name) <= high).all()
        assert (joined(tape, name) >= low).all()


def test_prices_are_positive_and_in_whole_ticks(tape: list[SessionBars]) -> None:
    for name in PRICES:
        price = joined(tape, name)
        assert (price > 0).all()
        tick = np.where(price >= 1, np.round(price, 2), np.round(price, 4))
        np.testing.assert_array_equal(price, tick)


def test_volume_is_positive_and_mostly_in_whole_shares(tape: list[SessionBars]) -> None:
    volume = joined(tape, "volume")
    assert (volume >= joined(tape, "transactions")).all()
    assert (joined(tape, "transactions") >= 1).all()
    assert 0 < (volume % 1 != 0).mean() < 0.05


def test_prices_keep_their_range_over_twenty_years(open_market: OpenMarket) -> None:
    market = open_market(symbols=2_000, sessions=5_000)
    for day in (market.offered()[0], date(2015, 1, 2), market.offered()[1]):
        low, middle, high = np.quantile(market.bars(day).close, [0.01, 0.5, 0.99])
        assert 0.01 < low < 1
        assert 5 < middle < 50
        assert 100 < high < 2_000


def test_about_half_of_the_common_stocks_are_liquid(
    market: SimulatedMarket, histories: Histories
) -> None:
    common = {each.ticker for each in market.descriptions() if each.type == "CS"}
    dollars = [
        np.median(history["close"] * history["volume"])
        for ticker, history in histories.items()
        if ticker in common
    ]
    assert 0.35 < np.mean(np.array(dollars) >= 250_000) < 0.65


def test_volume_rises_with_the_size_of_the_move(histories: Histories) -> None:
    correlations = [
        np.corrcoef(np.abs(np.diff(np.log(each["close"]))), np.log(each["volume"][1:]))[0, 1]
        for each in histories.values()
        if len(each["close"]) == 300
    ]
    assert np.mean(correlations) > 0.2


def test_awkward_tickers_trade_every_session(tape: list[SessionBars]) -> None:
    for bars in tape:
        assert {"NA", "NAN", "TRUE", "NULL"} <= set(bars.ticker.to_pylist())


def test_tickers_have_the_shapes_of_share_classes_preferred_shares_warrants_and_units(
    histories: Histories,
) -> None:
    for shape in (r"[A-Z]+\.[AB]", r"[A-Z]+p[A-Z]", r"[A-Z]+\.WS", r"[A-Z]+\.U"):
        assert any(re.fullmatch(shape, ticker) for ticker in histories), shape
