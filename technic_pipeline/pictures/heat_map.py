"""Sectors by what is measured of them, a coloured cell each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from technic_pipeline.pictures.content import SectorCells
from technic_pipeline.pictures.svg import FAINT, WIDTH, nothing, picture, rectangle, shortened, text

LEFT = 190
TOP = 62
ROW = 24
SECTOR_LETTERS = 26

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
# Light enough for dark numbers on top.
BLUE: Colour = (122, 178, 226)
GREEN: Colour = (126, 200, 140)
RED: Colour = (240, 146, 134)
MISSING: Colour = (240, 242, 244)


@dataclass(frozen=True)
class Column:
    """One thing measured: its heading, how a value is said, and how it is coloured."""

    heading: str
    value: Callable[[SectorCells], float]
    said: str
    colour: Callable[[float, Sequence[float]], Colour]


def draw_sectors(sectors: Sequence[SectorCells], title: str, note: str) -> str:
    """A row a sector, in the order given; each column has a scale of its own."""
    if not sectors:
        return nothing(title, "Nothing was ranked in this session.")
    width = (WIDTH - LEFT - 14) / len(COLUMNS)
    parts = [
        text(14, TOP + row * ROW + 16, shortened(line.sector, SECTOR_LETTERS))
        for row, line in enumerate(sectors)
    ]
    for place, column in enumerate(COLUMNS):
        x = LEFT + place * width
        parts.append(
            text(x + width / 2, TOP - 6, column.heading, size=11, fill=FAINT, anchor="middle")
        )
        parts += _cells(column, [column.value(line) for line in sectors], x, width)
    return picture(TOP + len(sectors) * ROW + 12, title, parts, note)


def _cells(column: Column, values: Sequence[float], x: float, width: float) -> Iterator[str]:
    known = [value for value in values if not math.isnan(value)]
    for row, value in enumerate(values):
        missing = math.isnan(value)
        colour = MISSING if missing else column.colour(value, known)
        y = TOP + row * ROW
        yield rectangle(x + 1, y + 1, width - 2, ROW - 2, f"#{bytes(colour).hex()}")
        said = "-" if missing else column.said.format(value)
        yield text(x + width / 2, y + 16, said, anchor="middle")


def _from_none(value: float, among: Sequence[float]) -> Colour:
    """The bluer, the nearer to the most."""
    return _mixed(BLUE, value / max(among))


def _from_least(spread: float) -> Callable[[float, Sequence[float]], Colour]:
    """From pale for the least to blue for the most; less than a spread apart are nearly alike."""

    def colour(value: float, among: Sequence[float]) -> Colour:
        low, high = min(among), max(among)
        wide = max(high - low, spread)
        share = (value - (low + high - wide) / 2) / wide
        return _mixed(BLUE, 0.1 + 0.9 * share)

    return colour


def _about_zero(value: float, _among: Sequence[float]) -> Colour:
    """Green above zero and red below, full from two per cent on: a day's colours compare."""
    return _mixed(GREEN if value > 0 else RED, min(abs(value) / 2, 1.0))


def _mixed(colour: Colour, share: float) -> Colour:
    red, green, blue = (round(w + (c - w) * share) for w, c in zip(WHITE, colour, strict=True))
    return red, green, blue


COLUMNS = (
    Column("ranked", lambda line: line.ranked, "{:.0f}", _from_none),
    Column("score", lambda line: line.score, "{:.1f}", _from_least(10)),
    Column("change %", lambda line: line.change_pct, "{:+.2f}", _about_zero),
    Column("Buy or better %", lambda line: line.buys * 100, "{:.0f}", _from_least(20)),
    Column("RS rating", lambda line: line.rs_rating, "{:.0f}", _from_least(20)),
)
