"""The form of an indicator, which every engine shares.

A kernel is a plain Python function over *lanes*: column `lane` of every array belongs to one
symbol, row `HISTORY + row` to its next bar, and the `HISTORY` rows above hold the bars before it
(NaN where the symbol has none). The same text is compiled for two machines: Numba's CPU loop runs
lanes `first` to `last` side by side, so that LLVM vectorises across symbols; a CUDA thread is given
one lane. For both to work and to give the same bits:

- loop over rows outside and over `lanes_of(block, row)` inside, choose with conditional expressions
  rather than branches, and never reorder a sum;
- write out inside the loop over lanes a loop over a window of up to about 40 bars: the engine calls
  with parameters that are constants, and LLVM unrolls it. Not in a function of its own, unless that
  takes numbers only: a loop that hands on arrays is not vectorised;
- keep what a recursion needs in `state[slot, lane]`; a slot may also serve as work space, and is
  then left as it was found;
- look back no further than the bars are kept and than a column `remembers`: what stands above is
  anything. Write the new rows only, and NaN where the value is missing.

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
# an unexplained jump (jumps.py), else 0; `year` is the session's calendar year. With each, how many
# bars back an indicator may look at it: so many are kept with a symbol's state.
BAR_SERIES = {
    "open": 0,
    "high": 251,
    "low": 251,
    "close": 252,
    "volume": 9,
    "traded_value": 19,
    "jump": 0,
    "year": 1,
}

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
    who look back at them.
    """

    columns: tuple[str, ...]
    kernel: Kernel
    reads: tuple[str, ...]
    parameters: tuple[int | float, ...] = ()
    initial: tuple[float, ...] = ()
    stored: bool = True
    remembers: int = 0
