"""Contents made up for tests of drawing, and what an SVG says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

from technic_pipeline.pictures.content import (
    Contents,
    History,
    Line,
    MarketBreadth,
    RankChange,
    SectorCells,
)

NAN = math.nan
SESSION = date(2016, 12, 30)
ODD_NAME = "<b>A&B</b> \"x\" 'y' \x01 ]](data:x)"
MARKET = MarketBreadth(12_000, 0.5, 0.48, -0.12)


def history(*lines: Sequence[float]) -> History:
    """Lines named a, b, … over the days up to the session."""
    count = len(lines[0])
    days = [SESSION - timedelta(days=count - 1 - at) for at in range(count)]
    names = "abcd"
    return History(
        tuple(days), tuple(Line(names[at], tuple(values)) for at, values in enumerate(lines))
    )


WAVES = history(*[[50 + 40 * math.sin(at / (3 + line)) for at in range(60)] for line in range(4)])
SECTORS = (
    SectorCells("Energy", 40, 71.25, 1.5, 0.75, 80.4),
    SectorCells("Financials", 10, 55.0, -0.25, 0.2, NAN),
)
CHANGES = (RankChange(1, "AAA", 3), RankChange(2, "BBB", 0), RankChange(3, "CCC", 250))


def contents(**changes: Any) -> Contents:
    """A session of which everything is known, unless a test says otherwise."""
    facts: dict[str, Any] = {
        "scan": "swing",
        "session": SESSION,
        "market": MARKET,
        "breadth": WAVES,
        "scores": WAVES,
        "sectors": SECTORS,
        "rank_changes": CHANGES,
    }
    return Contents(**facts | changes)


def texts(svg: str) -> list[str]:
    """The words of a picture, in the order drawn."""
    return ["".join(part.itertext()) for part in _all(svg, "text")]


def paths(svg: str) -> list[str]:
    """The traces of its lines."""
    return [part.attrib["d"] for part in _all(svg, "path")]


def fills(svg: str) -> list[str]:
    """The colours of its rectangles."""
    return [part.attrib["fill"] for part in _all(svg, "rect")]


def _all(svg: str, tag: str) -> list[ElementTree.Element]:
    # Made by the program under test.
    return ElementTree.fromstring(svg).findall(f"{{http://www.w3.org/2000/svg}}{tag}")  # noqa: S314
