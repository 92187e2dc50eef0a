"""Which line of a TOML text says something."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

Said = dict[str, Any]


def read_toml(text: str) -> Said:
    """What a text says.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML, nests without an end, or has a number without one.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("nested too deep") from None
    except ValueError as error:
        raise tomllib.TOMLDecodeError(str(error)) from None


def line_where(text: str, holds: Callable[[Said], bool]) -> int | None:
    """The line of the first statement after which `holds` is true of all that was said so far.

    None where it never becomes true, or is true of an empty text. The text is read again and again,
    a line further each time, so that tables, inline tables and dotted keys need no second parser.
    """
    begin = 0
    lines = text.split("\n")
    for end in range(len(lines) + 1):
        said = _parsed(lines[:end])
        if said is not None:
            if holds(said):
                return begin + 1 if end else None
            begin = end
    return None


def line_of_broken_statement(text: str) -> int:
    """The line at which a text that is no TOML begins the statement that it never ends well."""
    lines = text.split("\n")
    whole = [end for end in range(len(lines) + 1) if _parsed(lines[:end]) is not None]
    return whole[-1] + 1


def _parsed(lines: list[str]) -> Said | None:
    # A prefix that ends inside a statement is no TOML: only whole statements count.
    try:
        return read_toml("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None
