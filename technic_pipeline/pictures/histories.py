"""Lines over the last sessions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from technic_pipeline.pictures.content import History, Line
from technic_pipeline.pictures.scale import Axis, apart, axis
from technic_pipeline.pictures.svg import (
    FAINT,
    GRID,
    LINE_COLOURS,
    Point,
    nothing,
    path,
    picture,
    text,
)

HEIGHT = 264
LEFT, RIGHT = 48, 474
TOP, BOTTOM = 56, 236
LABEL_GAP = 16
# A label at an end would stick out; the middle one is said where sessions are many.
MANY_SESSIONS = 20


def draw_history(history: History, title: str, note: str, unit: str = "") -> str:
    """A line chart with the newest value of each line beside it; gaps where there is no value."""
    lines = [line for line in history.lines if known(line)]
    if not lines:
        return nothing(title, "Nothing was ranked in these sessions.")
    scale = axis((value for line in lines for value in line.values), TOP, BOTTOM)
    ends = [scale.y(known(line)[-1]) for line in lines]
    labels = apart(ends, LABEL_GAP, TOP, BOTTOM)
    colours = [LINE_COLOURS[history.lines.index(line)] for line in lines]
    parts = [*_grid(scale, unit), *_days(history)]
    for line, colour, end, label in zip(lines, colours, ends, labels, strict=True):
        parts += [path(points, colour, _width(points)) for points in runs(line, scale, LEFT, RIGHT)]
        parts += [
            path([(RIGHT + 3, end), (RIGHT + 13, label)], colour),
            text(RIGHT + 17, label + 4, _said(line, unit), fill=colour, weight=600),
        ]
    return picture(HEIGHT, title, parts, note)


def runs(line: Line, scale: Axis, left: float, right: float) -> Iterator[list[Point]]:
    """The points of a line, in pieces that no missing session interrupts."""
    last = len(line.values) - 1
    step = (right - left) / max(last, 1)
    points: list[Point] = []
    for at, value in enumerate(line.values):
        if not math.isnan(value):
            points.append((right - (last - at) * step, scale.y(value)))
        elif points:
            yield points
            points = []
    if points:
        yield points


def _grid(scale: Axis, unit: str) -> Iterator[str]:
    digits = 0 if all(tick == round(tick) for tick in scale.ticks) else 2
    for tick in scale.ticks:
        y = scale.y(tick)
        yield path([(LEFT, y), (RIGHT, y)], FAINT if tick == 0 else GRID)
        yield text(LEFT - 6, y + 4, f"{tick:.{digits}f}{unit}", size=11, fill=FAINT, anchor="end")


def _days(history: History) -> Iterator[str]:
    last = len(history.sessions) - 1
    step = (RIGHT - LEFT) / max(last, 1)
    shown = {0: "start", last: "end"} | ({last // 2: "middle"} if last >= MANY_SESSIONS else {})
    for at, anchor in shown.items():
        day = str(history.sessions[at])
        yield text(RIGHT - (last - at) * step, BOTTOM + 18, day, size=11, fill=FAINT, anchor=anchor)


def _said(line: Line, unit: str) -> str:
    digits = 0 if unit == "%" else 1
    return f"{line.name}: {known(line)[-1]:.{digits}f}{unit}"


def _width(points: Sequence[Point]) -> float:
    return 2 if len(points) > 1 else 5


def known(line: Line) -> list[float]:
    """The values that are there, oldest first."""
    return [value for value in line.values if not math.isnan(value)]
