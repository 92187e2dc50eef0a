"""Independent streams of random numbers, one for each subject and session of a seed."""

from __future__ import annotations

from enum import IntEnum, auto

import numpy as np


class Subject(IntEnum):
    """What a stream decides; one added at the end leaves the numbers of the others alone.

    No stream mixes normal and uniform numbers: each is drawn as a table with a row a symbol, so
    that a larger market begins with the numbers of a smaller one.
    """

    NAMES = auto()
    LIVES = auto()
    TYPICAL = auto()
    CHOICES = auto()
    DESCRIPTIONS = auto()
    TRENDS = auto()
    FACTORS = auto()
    MOVES = auto()
    HALTS = auto()
    TRADING = auto()
    CHANCES = auto()
    CORRECTIONS = auto()
    COMPANIES = auto()
    FILERS = auto()
    FILINGS = auto()


def stream(seed: int, subject: Subject, number: int = 0) -> np.random.Generator:
    """The generator of one subject, at session or block `number`; the same on every call."""
    return np.random.default_rng((seed, subject, number))
