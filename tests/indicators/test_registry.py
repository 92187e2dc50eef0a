"""The list of indicators holds together."""

from __future__ import annotations

import inspect

import pytest
from histories import SESSIONS, walk
from oracle import expected_all, votes

from technic_pipeline.indicators.indicator import BAR_SERIES, HISTORY, Indicator
from technic_pipeline.indicators.rating import MOVING_AVERAGE_VOTES, OSCILLATOR_VOTES
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


def test_every_column_that_the_oracle_can_tell_is_stored_and_no_other() -> None:
    symbol = walk(1, count=3)
    assert set(STORED_COLUMNS) == set(expected_all(symbol.bars, [], 2, SESSIONS))


def test_the_rating_has_fifteen_votes_on_averages_and_eleven_on_oscillators() -> None:
    symbol = walk(1, count=3)
    assert (len(MOVING_AVERAGE_VOTES), len(OSCILLATOR_VOTES)) == (15, 11)
    assert len(votes(symbol.bars, [], 2)) == 26
    assert not any(vote.stored for vote in (*MOVING_AVERAGE_VOTES, *OSCILLATOR_VOTES))


@pytest.mark.parametrize("indicator", EACH)
def test_a_look_back_stays_within_the_history_that_is_kept(indicator: Indicator) -> None:
    assert all(parameter < HISTORY for parameter in indicator.parameters)


@pytest.mark.parametrize("indicator", EACH)
def test_a_kernel_takes_what_it_reads_and_writes_then_state_block_and_parameters(
    indicator: Indicator,
) -> None:
    parameters = inspect.signature(indicator.kernel).parameters
    names = list(parameters)
    if any(each.kind is each.VAR_POSITIONAL for each in parameters.values()):
        # It takes any number of series: of one column, and told by nothing else.
        assert (len(names), len(indicator.columns), indicator.parameters) == (1, 1, ())
        return
    series = len(indicator.reads) + len(indicator.columns)
    assert names[series : series + 2] == ["state", "block"]
    assert len(names) == series + 2 + len(indicator.parameters)
