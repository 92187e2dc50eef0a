"""The few shapes that pictures are made of, as SVG text.

A picture paints its own light ground: the page around it may be dark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

GROUND = "#ffffff"
INK = "#1c2733"
FAINT = "#5b6875"
GRID = "#dde3e8"
GREEN = "#1a7f37"
RED = "#b42318"
# Told apart by colour-blind people too.
LINE_COLOURS = ("#0060a8", "#c2500a", "#00795c", "#8a3f86")

WIDTH = 640
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
# Letters that XML has no way to say.
_UNSAYABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Point = tuple[float, float]


def picture(height: float, title: str, parts: Iterable[str], note: str = "") -> str:
    """A whole SVG of the common width, with a heading and what is drawn below it.

    Width and height are pixels and must be said: an image without them is shown without a size.
    """
    tall = number(height)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}" '
            f'viewBox="0 0 {WIDTH} {tall}" font-family="{FONT}">',
            rectangle(0, 0, WIDTH, height, GROUND),
            text(14, 22, title, size=14, weight=600),
            text(14, 38, note, size=11, fill=FAINT) if note else "",
            *parts,
            "</svg>",
        ]
    )


def nothing(title: str, why: str) -> str:
    """A picture that says why there is nothing to draw."""
    return picture(84, title, [text(14, 56, why, fill=FAINT)])


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 12,
    fill: str = INK,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    """Words on a line, whatever letters they have."""
    said = escape(_UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", words))
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{said}</text>'
    )


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle without a border."""
    corner = f'x="{number(x)}" y="{number(y)}"'
    return f'<rect {corner} width="{number(width)}" height="{number(height)}" fill="{fill}"/>'


def path(points: Sequence[Point], stroke: str, width: float = 1.0) -> str:
    """A line through some points; a single point is a dot."""
    ends = points if len(points) > 1 else [*points, *points]
    along = "L".join(f"{number(x)},{number(y)}" for x, y in ends)
    return (
        f'<path d="M{along}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel, as short as it can be said."""
    return f"{value:.1f}".removesuffix(".0")


def shortened(words: str, letters: int) -> str:
    """At most so many letters of some words."""
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"
