"""The innermost loop of every kernel."""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable


@register_jitable
def lanes_of(block, row):
    """The range of the lanes that have a bar in a row.

    Unsigned, since Numba asks of a signed index whether it counts from the end, and LLVM then
    gathers lane by lane what lies side by side.
    """
    return range(np.uint64(block.first), np.uint64(min(block.last, block.active[row])))
