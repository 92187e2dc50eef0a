"""Bars into lanes, and lanes' columns into rows.

A block holds the same row of neighbouring lanes side by side in memory, which is what lets one
instruction serve many symbols.
"""

from __future__ import annotations

import numpy as np

from technic_pipeline.engines.compiler import compiled
from technic_pipeline.indicators.indicator import HISTORY


@compiled
def pack(columns, jump, year, symbol_start, split_bar, split_from, split_to, lanes, series):
    """Fill `series[name, HISTORY + bar, lane]` with the lanes' adjusted bars.

    `columns` are raw open, high, low, close and volume. Domain rule: over the distinct splits that
    took effect after the bar and by the lane's epoch, factor = (product of split_from) / (product
    of split_to), products first and one division; price * factor, volume * to / from.
    """
    opens, highs, lows, closes, volumes = columns
    symbols, epochs, lengths, splits_from, splits_to = lanes
    for lane in range(symbols.size):
        base = symbol_start[symbols[lane]]
        for bar in range(lengths[lane]):
            numerator = 1.0
            denominator = 1.0
            for split in range(splits_from[lane], splits_to[lane]):
                if bar < split_bar[split] <= epochs[lane]:
                    numerator *= split_from[split]
                    denominator *= split_to[split]
            factor = numerator / denominator
            raw = base + bar
            row = HISTORY + bar
            series[0, row, lane] = opens[raw] * factor
            series[1, row, lane] = highs[raw] * factor
            series[2, row, lane] = lows[raw] * factor
            series[3, row, lane] = closes[raw] * factor
            series[4, row, lane] = volumes[raw] * denominator / numerator
            series[5, row, lane] = closes[raw] * volumes[raw]
            series[6, row, lane] = jump[raw]
            series[7, row, lane] = year[raw]


@compiled
def unpack(series, wanted, lengths, first_rows, targets, values):
    """Copy the wanted series' rows from each lane's `first_row` on to `values[target + ..]`.

    What is not finite becomes NaN, and -0.0 becomes 0.0.
    """
    for lane in range(lengths.size):
        for bar in range(first_rows[lane], lengths[lane]):
            target = targets[lane] + bar - first_rows[lane]
            for column in range(wanted.size):
                value = series[wanted[column], HISTORY + bar, lane]
                values[target, column] = value + 0.0 if np.isfinite(value) else np.nan
