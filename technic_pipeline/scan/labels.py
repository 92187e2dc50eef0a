"""The technical rating in words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

STRONG = 0.5
WEAK = 0.1


def rating_labels(rating: NDArray[np.float64]) -> pa.StringArray:
    """Strong Buy above 0.5, Buy above 0.1, mirrored for Sell, otherwise Neutral; null if missing.

    The bounds are strict: a rating of exactly 0.5 is a Buy.
    """
    words = {
        "Strong Buy": rating > STRONG,
        "Buy": rating > WEAK,
        "Strong Sell": rating < -STRONG,
        "Sell": rating < -WEAK,
    }
    labels = np.select(list(words.values()), list(words), default="Neutral")
    return pa.array(labels.tolist(), pa.string(), mask=np.isnan(rating))
