"""How large a measurement is; without options what the bars are stated for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Scale:
    """None stands for the case's own number; of repetitions the fastest counts.

    `home` keeps the simulated history between runs of the command.
    """

    symbols: int | None = None
    sessions: int | None = None
    repetitions: int = 3
    home: Path | None = None
