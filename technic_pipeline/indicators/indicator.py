"""The form of an indicator, which every engine shares.

A kernel is a plain Python function over *lanes*: column `lane` of every array belongs to one
symbol, row `HISTORY + row` to its next bar, and the `HISTORY` rows above hold the bars before it
(NaN where the symbol has none). The same text is compiled for two machines: Numba's CPU loop runs
lanes `first` to `last` side by side, so that LLVM vectorises across symbols; a CUDA thread is given
one lane. For both to work and to give the same bits:

- loop over `rows(...)` outside and over lanes inside, choose with conditional expressions rather
  than branches, and never reorder a sum;
- keep what a recursion needs in `state[slot, lane]`, and nothing else: reading the history again is
  cheaper than remembering it;
- write NaN where the value is missing.

Its arguments are, in this order: the series it reads, the columns it writes, `state`, a `Block`,
and the indicator's parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# The longest look-back of any indicator: 252 bars before today's. Rounded up to a full cache line.
HISTORY = 256

# What the engines supply for every bar. Prices and `volume` are adjusted by the splits effective by
# the row's session; `traded_value` is raw close times raw volume; `jump` is 1 on a bar that follows
# an unexplained jump (jumps.py), else 0; `year` is the session's calendar year.
BAR_SERIES = ("open", "high", "low", "close", "volume", "traded_value", "jump", "year")

# TA-Lib takes a sum below this for zero, and a difference of two numbers that is below this times
# the sum of their magnitudes.
TALIB_ZERO = 1e-14

Kernel = Callable[..., None]


class Block(NamedTuple):
    """Which lanes of which rows a kernel works on.

    `seen[lane]` bars came before row 0; lanes are ordered so that row r concerns the first
    `active[r]` of them; a kernel touches lanes `first <= lane < last`.
    """

    seen: NDArray[np.int64]
    active: NDArray[np.int64]
    first: int
    last: int


@dataclass(frozen=True)
class Indicator:
    """One kernel call: the columns it writes, the series it reads, and its parameters.

    `initial` holds the starting value of each accumulator. A column that is not `stored` only feeds
    other indicators. So many of its last rows as it `remembers` are kept with the state, for those
    who look back at them; a column that can be worked out again from the bars needs none, its
    kernel then takes a look-back and fills the rows before the new ones too.
    """

    columns: tuple[str, ...]
    kernel: Kernel
    reads: tuple[str, ...]
    parameters: tuple[int | float, ...] = ()
    initial: tuple[float, ...] = ()
    stored: bool = True
    remembers: int = 0
