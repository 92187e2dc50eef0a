"""A column of text as its letters, one behind the other, and where each entry's begin and end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class FlatText(NamedTuple):
    """Entry i is `letters[offset[i]:offset[i + 1]]` in UTF-8; a null one has no letters."""

    letters: NDArray[np.uint8]
    offset: NDArray[np.int64]
    null: NDArray[np.bool_]


def flat_text(column: pa.Array) -> FlatText:
    """The text of a column; equal columns have equal bytes in every part."""
    null = column.is_null().to_numpy(zero_copy_only=False)
    # Arrow allows a null to have bytes.
    strings = column.cast(pa.large_string()).fill_null("")
    _, offsets, data = strings.buffers()
    offset = np.frombuffer(offsets, dtype=np.int64)[strings.offset :][: len(strings) + 1]
    letters = np.frombuffer(data, dtype=np.uint8) if data else np.empty(0, dtype=np.uint8)
    return FlatText(letters[offset[0] : offset[-1]], offset - offset[0], null)
