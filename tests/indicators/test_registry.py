"""The list of indicators holds together."""

from __future__ import annotations

import inspect

import pytest

from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY, Indicator
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS

EACH = [pytest.param(indicator, id=indicator.columns[0]) for indicator in REGISTRY]


def test_no_two_indicators_write_the_same_column() -> None:
    columns = [column for indicator in REGISTRY for column in indicator.columns]
    assert len(set(columns)) == len(columns)
    assert not set(columns) & set(BAR_SERIES)


def test_an_indicator_stands_below_those_whose_columns_it_reads() -> None:
    known = set(BAR_SERIES)
    for indicator in REGISTRY:
        assert set(indicator.reads) <= known, indicator.columns
        known |= set(indicator.columns)


def test_the_first_fifteen_columns_are_stored() -> None:
    assert {
        *("sma_20", "sma_50", "sma_200", "ema_20", "rsi_14", "atr_14", "atr_pct"),
        *("perf_1m", "perf_3m", "perf_6m", "volatility_20", "rel_volume_10"),
        *("dollar_volume_20", "high_52w", "pct_from_high_52w"),
    } <= set(STORED_COLUMNS)


@pytest.mark.parametrize("indicator", EACH)
def test_a_look_back_stays_within_the_history_that_is_kept(indicator: Indicator) -> None:
    assert all(parameter < HISTORY for parameter in indicator.parameters)


@pytest.mark.parametrize("indicator", EACH)
def test_a_kernel_takes_what_it_reads_and_writes_then_state_block_and_parameters(
    indicator: Indicator,
) -> None:
    names = list(inspect.signature(indicator.kernel).parameters)
    series = len(indicator.reads) + len(indicator.columns)
    assert names[series : series + 2] == ["state", "block"]
    assert len(names) == series + 2 + len(indicator.parameters)
