"""Price jumps that a person explained, and when each explanation became known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from technic_pipeline import faults
from technic_pipeline.sources import ExplainedJump
from technic_pipeline.store.database import statement


@dataclass(frozen=True)
class ExplainedJumpsReport:
    """What a list of explanations changed."""

    listed: int
    added: int
    withdrawn: int


def record_explained_jumps(
    engine: sa.Engine, listed: Sequence[ExplainedJump]
) -> ExplainedJumpsReport:
    """Make the explanations known today those of a complete list."""
    parameters = {
        "tickers": [jump.ticker for jump in listed],
        "sessions": [jump.session for jump in listed],
    }
    with engine.begin() as connection:
        added, withdrawn = connection.execute(statement("record_explained_jumps"), parameters).one()
        faults.reach("before-commit-jumps")
    faults.reach("after-commit-jumps")
    return ExplainedJumpsReport(len(listed), added, withdrawn)
