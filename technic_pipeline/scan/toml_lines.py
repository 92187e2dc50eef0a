"""Which line of a TOML text says something."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from typing import Any

Said = dict[str, Any]


def line_where(text: str, holds: Callable[[Said], bool]) -> int | None:
    """The line of the first statement after which `holds` is true of all that was said so far.

    None where it never becomes true, or is true of an empty text; once true, it must stay so. Only
    beginnings of the text are read, so that tables, inline tables and dotted keys need no second
    parser, and few of them, by halves.
    """
    lines = text.split("\n")
    said = cache(lambda end: _parsed(lines[:end]))
    if holds({}) or not holds(said(len(lines)) or {}):
        return None
    # Whole statements end at `begin` and at `end`; between `begin` and `inside` none does.
    begin, inside, end = 0, 0, len(lines)
    while end - inside > 1:
        middle = (inside + end) // 2
        whole = next((at for at in range(middle, inside, -1) if said(at) is not None), None)
        if whole is None:
            inside = middle
        elif holds(said(whole) or {}):
            end = whole
        else:
            begin = inside = whole
    return begin + 1


def line_of_broken_statement(text: str) -> int:
    """The line at which a text that is no TOML begins the statement that it never ends well."""
    lines = text.split("\n")
    whole = next(end for end in range(len(lines), -1, -1) if _parsed(lines[:end]) is not None)
    return whole + 1


def _parsed(lines: list[str]) -> Said | None:
    # A prefix that ends inside a statement is no TOML: only whole statements count.
    try:
        return tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None
