"""The rows of many symbols: whoever stands beside them, whatever is asked of them."""

from __future__ import annotations

import numpy as np
import pytest
from histories import SESSIONS, Symbol, bits, computed, flat, history_of, symbols, walk
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import SplitEvent

from technic_pipeline.engines import cpu
from technic_pipeline.engines.cpu import Cpu
from technic_pipeline.engines.engine import compute
from technic_pipeline.engines.history import IndicatorRows
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS

# Of all lengths, every fifth with splits.
MARKET = [
    walk(seed, count=5 + seed * 7, splits=[(20, 2, 3), (60, 10, 1)] if seed % 5 == 0 else ())
    for seed in range(50)
]


@pytest.fixture(scope="module")
def each_alone() -> list[IndicatorRows]:
    return [computed([symbol]) for symbol in MARKET]


@given(chosen=st.lists(st.integers(0, len(MARKET) - 1), min_size=1, unique=True))
@settings(max_examples=40, deadline=None)
def test_a_symbol_s_bits_depend_neither_on_its_neighbours_nor_on_its_place(
    chosen: list[int], each_alone: list[IndicatorRows]
) -> None:
    together = computed([MARKET[at] for at in chosen])
    assert bits(together.values) == bits(np.concatenate([each_alone[at].values for at in chosen]))


@pytest.mark.parametrize("threads", [1, 2, 7, None])
def test_the_number_of_threads_does_not_matter(
    threads: int | None, each_alone: list[IndicatorRows], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Enough blocks for all of them.
    monkeypatch.setattr(cpu, "LANES_A_BLOCK", 4)
    rows = computed(MARKET, threads=threads)
    assert bits(rows.values) == bits(np.concatenate([alone.values for alone in each_alone]))


@pytest.mark.parametrize("lanes", [1, 3, 64])
def test_the_width_of_a_block_does_not_matter(
    lanes: int, each_alone: list[IndicatorRows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu, "LANES_A_BLOCK", lanes)
    rows = computed(MARKET)
    assert bits(rows.values) == bits(np.concatenate([alone.values for alone in each_alone]))


@given(data=st.data(), listed=st.lists(symbols(longest=120), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_rows_from_a_bar_on_are_the_last_rows_of_all(
    data: st.DataObject, listed: list[Symbol]
) -> None:
    first = [data.draw(st.integers(0, len(symbol.bars) + 1)) for symbol in listed]
    everything, some = computed(listed), computed(listed, first)
    wanted = np.concatenate(
        [np.arange(len(symbol.bars)) >= at for symbol, at in zip(listed, first, strict=True)]
    )
    assert bits(some.values) == bits(everything.values[wanted])
    for name in ("symbol_id", "session", "bars"):
        assert getattr(some, name).tolist() == getattr(everything, name)[wanted].tolist()


def test_a_row_says_whose_it_is_of_which_session_and_after_how_many_bars() -> None:
    rows = computed([flat(1.0, 3), Symbol([], []), flat(2.0, 2)])
    assert rows.symbol_id.tolist() == [1, 1, 1, 3, 3]
    assert rows.session.tolist() == [*SESSIONS[:3], *SESSIONS[:2]]
    assert rows.bars.tolist() == [1, 2, 3, 1, 2]


def test_rows_come_session_after_session() -> None:
    first = np.zeros(len(MARKET), dtype=np.int64)
    rows = compute(Cpu(), history_of(MARKET), first, REGISTRY, STORED_COLUMNS)
    assert (np.diff(rows.session).astype(int) >= 0).all()


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([], id="no symbol"),
        pytest.param([Symbol([], [])], id="a symbol whose bars were all removed"),
        pytest.param(
            [Symbol([], [SplitEvent(SESSIONS[3], 2, 3)])], id="a split of one without bars"
        ),
    ],
)
def test_nothing_gives_nothing(listed: list[Symbol]) -> None:
    rows = computed(listed)
    assert rows.values.shape == (0, len(STORED_COLUMNS))
    assert len(rows) == len(rows.bars) == len(rows.symbol_id) == 0


def test_the_columns_come_as_they_are_asked_for() -> None:
    history, all_bars = history_of(MARKET), np.zeros(len(MARKET), dtype=np.int64)
    asked = ("rsi_14", "log_return", "sma_20")
    some = compute(Cpu(), history, all_bars, REGISTRY, asked)
    everything = compute(Cpu(), history, all_bars, REGISTRY, STORED_COLUMNS)
    for name in ("rsi_14", "sma_20"):
        stored = everything.values[:, STORED_COLUMNS.index(name)]
        assert bits(some.values[:, asked.index(name)]) == bits(stored)


def test_one_engine_serves_any_lists_of_indicators_in_turn() -> None:
    engine, history = Cpu(1), history_of(MARKET)
    first = np.zeros(len(MARKET), dtype=np.int64)
    few = [indicator for indicator in REGISTRY if indicator.columns == ("sma_10",)]
    everything = compute(Cpu(1), history, first, REGISTRY, ["sma_10"])
    for some in (few, REGISTRY, few):
        found = compute(engine, history, first, some, ["sma_10"])
        assert bits(found.values) == bits(everything.values)
