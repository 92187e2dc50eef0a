"""A figure, what it is held against, and whether it is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """One figure of a case against its bar.

    `reference` was measured in the same run; None where the bar is a limit of its own. `ratio` is
    the one that the bar speaks of: for a speed the reference over the figure.
    """

    what: str
    figure: float
    unit: str
    reference_is: str
    reference: float | None
    ratio: float | None
    bar: str
    met: bool


@dataclass(frozen=True)
class CaseReport:
    """What a case worked on, its verdicts, and every number they were made from."""

    case: str
    work: str
    verdicts: tuple[Verdict, ...]
    raw: Mapping[str, Any]

    @property
    def met(self) -> bool:
        """Whether no bar was missed."""
        return all(verdict.met for verdict in self.verdicts)


def at_most(
    what: str, figure: float, unit: str, reference_is: str, reference: float, times: float
) -> Verdict:
    """The figure may be `times` the reference."""
    ratio = figure / reference
    bar = f"at most {times:g} x"
    return Verdict(what, figure, unit, reference_is, reference, ratio, bar, ratio <= times)


def faster(
    what: str, figure: float, unit: str, reference_is: str, reference: float, times: float
) -> Verdict:
    """The reference takes at least `times` as long as the figure."""
    ratio = reference / figure
    bar = f"at least {times:g} x faster"
    return Verdict(what, figure, unit, reference_is, reference, ratio, bar, ratio >= times)


def within(what: str, figure: float, unit: str, limit: float) -> Verdict:
    """The figure has a limit of its own."""
    bar = f"at most {limit:g} {unit}"
    return Verdict(what, figure, unit, "", None, None, bar, figure <= limit)
