"""Pictures as the page takes them: whole ones behind a click, small ones at once."""

from __future__ import annotations

import base64
import math
import re
from urllib.parse import unquote

import pytest
from made_up_contents import NAN, WAVES, contents, history, texts

from technic_pipeline.pictures.content import History
from technic_pipeline.pictures.glances import glance, glances, thinned
from technic_pipeline.pictures.markdown import as_markdown


def small_picture(markdown: str) -> str:
    """The SVG that short Markdown carries."""
    found = re.fullmatch(r"!\[history\]\(data:image/svg\+xml,([^\s()\\]+)\)", markdown)
    assert found, markdown
    return unquote(found[1])


def test_markdown_carries_the_picture_whole() -> None:
    svg = "<svg>é <text>data:x) ![</text></svg>"
    found = re.fullmatch(
        r"!\[a picture\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)",
        as_markdown(svg, "a picture"),
    )
    assert found
    assert base64.b64decode(found[1]).decode() == svg


def test_what_a_picture_is_called_cannot_end_its_name() -> None:
    assert as_markdown("", "a]\n(x) *b*").startswith(r"![a\] (x) \*b\*](data:")


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(WAVES, id="four lines over sixty sessions"),
        pytest.param(history([50.0]), id="a single session"),
        pytest.param(history([1.0, NAN] * 30, [-2e6, 7e6] * 30), id="gaps and large numbers"),
    ],
)
def test_a_small_picture_fits_where_the_page_shows_it_at_once(shown: History) -> None:
    markdown = glance(shown, "%")
    # As the page has it.
    assert len(markdown) < 1_000
    said = texts(small_picture(markdown))
    for line in shown.lines:
        newest = [value for value in line.values if not math.isnan(value)]
        assert any(re.fullmatch(rf"{line.name} -?\d+%", words) for words in said) == bool(newest)


def test_a_small_picture_ends_with_the_newest_session_and_its_values() -> None:
    said = texts(small_picture(glance(WAVES)))
    assert said[0].endswith(f"to {WAVES.sessions[-1]}")
    assert said[1:] == [f"{line.name} {line.values[-1]:.0f}" for line in WAVES.lines]


def test_thinning_takes_the_newest_values_that_are_there() -> None:
    thin = thinned(history([1.0, 2.0, NAN, 4.0, NAN, NAN]), 3)
    assert thin.lines[0].values == (2.0, 4.0)


@pytest.mark.parametrize("every", [1, 2, 7, 59, 60, 100])
def test_thinning_keeps_the_newest_session(every: int) -> None:
    thin = thinned(WAVES, every)
    assert thin.sessions == WAVES.sessions[::-1][::every][::-1]
    assert thin.lines[0].values == WAVES.lines[0].values[::-1][::every][::-1]


def test_where_nothing_was_ranked_a_sentence_stands() -> None:
    nothing = history([NAN, NAN])
    said = glances(contents(breadth=nothing, scores=nothing))
    assert set(said.values()) == {"Nothing was ranked in these sessions."}
