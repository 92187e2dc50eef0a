"""The technical rating in words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

STRONG = 0.5
WEAK = 0.1
WORDS = ("Strong Sell", "Sell", "Neutral", "Buy", "Strong Buy")


def rating_labels(rating: NDArray[np.float64]) -> pa.StringArray:
    """Strong Buy above 0.5, Buy above 0.1, mirrored for Sell, otherwise Neutral; null if missing.

    The bounds are strict: a rating of exactly 0.5 is a Buy.
    """
    above = (rating > WEAK).astype(np.int8) + (rating > STRONG)
    below = (rating < -WEAK).astype(np.int8) + (rating < -STRONG)
    place = pa.array(2 + above - below, pa.int8(), mask=np.isnan(rating))
    return pa.DictionaryArray.from_arrays(place, pa.array(WORDS)).cast(pa.string())
