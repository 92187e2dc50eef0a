"""The line that says something is the first one, as if the text were read line by line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from mutations import fuzzed

from technic_pipeline.scan.toml_lines import line_where

STATEMENTS = (
    *("a = 1", "b = [\n1,\n2]", 'c = """\nd = 1\n"""', "# d = 1", "", "[t]", "[u]", "x.y = 2"),
    *("d = { e = 1 }", "\n\n", "[[v]]", "e = [", "]"),
)


def line_by_line(text: str, holds: Callable[[Any], bool]) -> int | None:
    lines, begin = text.split("\n"), 0
    for end in range(len(lines) + 1):
        try:
            said = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if holds(said):
            return begin + 1 if end else None
        begin = end
    return None


@fuzzed()
@given(
    st.lists(st.sampled_from(STATEMENTS), max_size=12, unique=True).map("\n".join),
    st.sampled_from(("a", "b", "c", "d", "e", "t", "u", "v", "x", "y")),
)
def test_it_is_found_where_a_reader_line_by_line_finds_it(text: str, key: str) -> None:
    def holds(said: Any) -> bool:
        return f"'{key}':" in repr(said)

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert line_where(text, holds) == line_by_line(text, holds)
