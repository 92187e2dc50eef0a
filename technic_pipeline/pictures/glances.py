"""A history small enough for Dagster's page to show it without a click.

Its picture is said in as few letters as it can be, which is why nothing of `svg` is used here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from technic_pipeline.pictures.content import Contents, History, Line
from technic_pipeline.pictures.histories import known, runs
from technic_pipeline.pictures.markdown import INLINE_CHARACTERS
from technic_pipeline.pictures.scale import Axis, apart, axis
from technic_pipeline.pictures.svg import LINE_COLOURS, Point

WIDTH, HEIGHT = 460, 92
LEFT, RIGHT = 34, 320
TOP, BOTTOM = 9, 68
LABEL_GAP = 15
# What may not stand in an address within Markdown. Every word of these pictures is the program's.
ESCAPED = str.maketrans({"%": "%25", "#": "%23", " ": "%20"})


def glances(contents: Contents) -> dict[str, str]:
    """The histories as short Markdown by name: `breadth` and `scores`."""
    return {"breadth": glance(contents.breadth, "%"), "scores": glance(contents.scores)}


def glance(history: History, unit: str = "") -> str:
    """Markdown that the page shows where it stands: of every so many sessions, as far as they fit.

    A plain sentence where there is nothing to draw.
    """
    if not any(known(line) for line in history.lines):
        return "Nothing was ranked in these sessions."
    every = 1
    while len(said := _markdown(thinned(history, every), unit)) > INLINE_CHARACTERS:
        every += 1
    return said


def thinned(history: History, every: int) -> History:
    """One session for every so many, back from the newest, with the newest values among them."""
    first = (len(history.sessions) - 1) % every
    ends = range(first, len(history.sessions), every)
    lines = (
        Line(
            line.name,
            tuple(_newest(line.values[max(end - every + 1, 0) : end + 1]) for end in ends),
        )
        for line in history.lines
    )
    return History(history.sessions[first::every], tuple(lines))


def _newest(values: Sequence[float]) -> float:
    return next((value for value in reversed(values) if not math.isnan(value)), math.nan)


def _markdown(history: History, unit: str) -> str:
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' "
        f"font-family='sans-serif' font-size='12'>{''.join(_shapes(history, unit))}</svg>"
    )
    return f"![history](data:image/svg+xml,{svg.translate(ESCAPED)})"


def _shapes(history: History, unit: str) -> Iterator[str]:
    lines = [(line, c) for line, c in zip(history.lines, LINE_COLOURS, strict=False) if known(line)]
    scale = axis((value for line, _ in lines for value in line.values), TOP, BOTTOM)
    yield f"<path fill='#fff' d='M0,0h{WIDTH}v{HEIGHT}H0z'/>"
    yield f"<text x='4' y='13'>{scale.high:g}<tspan x='4' y='72'>{scale.low:g}</tspan>"
    yield f"<tspan x='{LEFT}' y='88'>{history.sessions[0]} to {history.sessions[-1]}</tspan></text>"
    labels = apart([scale.y(known(line)[-1]) for line, _ in lines], LABEL_GAP, TOP, BOTTOM)
    for (line, colour), label in zip(lines, labels, strict=True):
        yield f"<path fill='none' stroke='{colour}' d='{_trace(line, scale)}'/>"
        said = f"{line.name} {known(line)[-1]:.0f}{unit}"
        yield f"<text x='{RIGHT + 6}' y='{label + 4:.0f}' fill='{colour}'>{said}</text>"


def _trace(line: Line, scale: Axis) -> str:
    return "".join(_steps(points) for points in runs(line, scale, LEFT, RIGHT))


def _steps(points: list[Point]) -> str:
    """From one point to the next in whole pixels; a single point is a short dash."""
    places = [(round(x), round(y)) for x, y in points]
    places = places if len(places) > 1 else [*places, (places[0][0] + 2, places[0][1])]
    moves = [
        number
        for (x, y), (next_x, next_y) in pairwise(places)
        for number in (next_x - x, next_y - y)
    ]
    return f"M{places[0][0]},{places[0][1]}l" + "".join(
        f",{move}" if move >= 0 else f"{move}" for move in moves
    ).removeprefix(",")
