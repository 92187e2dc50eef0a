"""A small market that never was, on which two engines are compared."""

from __future__ import annotations

import numpy as np

from technic_pipeline.engines.engine import Engine, compute
from technic_pipeline.engines.history import BarHistory, SplitRecords
from technic_pipeline.indicators.registry import REGISTRY, STORED_COLUMNS

SYMBOLS, BARS = 64, 300
SILENT_SHARE = 0.02


def trial_market(symbols: int = SYMBOLS, bars: int = BARS) -> BarHistory:
    """Random walks of equal length, one symbol in ten with a split, some bars without volume."""
    chance = np.random.default_rng(1)
    shape = symbols, bars
    close = 50.0 * np.exp(np.cumsum(chance.normal(0.0, 0.02, shape), axis=1))
    opened = close * np.exp(chance.normal(0.0, 0.01, shape))
    high = np.maximum(opened, close) * np.exp(np.abs(chance.normal(0.0, 0.007, shape)))
    low = np.minimum(opened, close) * np.exp(-np.abs(chance.normal(0.0, 0.007, shape)))
    volume = np.round(chance.lognormal(10.0, 1.0, shape)) * (chance.random(shape) > SILENT_SHARE)
    days = np.datetime64("2015-01-01", "D") + np.arange(bars)
    split = np.arange(0, symbols, 10)
    return BarHistory(
        symbol_id=np.arange(symbols, dtype=np.int32),
        start=np.arange(symbols + 1, dtype=np.int64) * bars,
        session=np.tile(days, symbols),
        ordinal=np.tile(np.arange(bars, dtype=np.int32), symbols),
        open=opened.ravel(),
        high=high.ravel(),
        low=low.ravel(),
        close=close.ravel(),
        volume=volume.ravel(),
        splits=SplitRecords(
            symbol=split,
            execution_date=np.full(len(split), days[bars // 2]),
            split_from=np.ones(len(split)),
            split_to=np.full(len(split), 3.0),
        ),
    )


def same_bits(ours: Engine, theirs: Engine) -> bool:
    """Whether two engines give a trial market the same values, to the last bit."""
    market = trial_market()
    first = np.zeros(len(market.symbol_id), dtype=np.int64)
    a, b = (compute(e, market, first, REGISTRY, STORED_COLUMNS) for e in (ours, theirs))
    return bool(np.array_equal(a.digest, b.digest)) and np.array_equal(
        np.ascontiguousarray(a.values).view(np.int64),
        np.ascontiguousarray(b.values).view(np.int64),
    )
