"""The page carries all that it needs, and lets nothing else in."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser

import pytest
from made_up import made_up_report

from technic_pipeline.report.embedding import NAMED
from technic_pipeline.report.files import HEAD
from technic_pipeline.report.page import EDITION, render
from technic_pipeline.report.sparklines import LETTERS

# A name by which a browser knows drawings; nothing is fetched from there.
SVG = "http://www.w3.org/2000/svg"
FETCHING = {"src", "href", "srcset", "action", "formaction", "poster", "background", "data"}


class Elements(HTMLParser):
    """Every tag with its attributes, and the text within each style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.found[-1] if self.found else ("", {})
        if tag in ("style", "script") and data.strip():
            self.texts.append((attributes.get("type") or tag, data))


@pytest.fixture(scope="module")
def page() -> str:
    return render(made_up_report(50))


@pytest.fixture(scope="module")
def elements(page: str) -> Elements:
    parser = Elements()
    parser.feed(page)
    return parser


def policy_of(elements: Elements) -> dict[str, list[str]]:
    content = next(
        attributes["content"] or ""
        for tag, attributes in elements.found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    return {name: sources for name, *sources in (rule.split() for rule in content.split(";"))}


@pytest.mark.parametrize("kind", ["style", "script"])
def test_the_policy_names_the_digest_of_the_only_style_and_the_only_script(
    elements: Elements, kind: str
) -> None:
    [text] = [text for of, text in elements.texts if of == kind]
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert policy_of(elements)[f"{kind}-src"] == [f"'sha256-{digest}'"]


def test_the_policy_lets_nothing_be_fetched(elements: Elements) -> None:
    policy = policy_of(elements)
    assert policy.keys() == {"default-src", "style-src", "script-src", "base-uri", "form-action"}
    for name in ("default-src", "base-uri", "form-action"):
        assert policy[name] == ["'none'"]


def test_the_policy_stands_before_everything_that_it_governs(elements: Elements) -> None:
    tags = [
        attributes.get("http-equiv") or tag
        for tag, attributes in elements.found
        if tag in ("meta", "style", "script", "link")
    ]
    assert tags.index("Content-Security-Policy") < min(tags.index("style"), tags.index("script"))
    assert "link" not in tags


def test_nothing_in_the_page_comes_from_anywhere_else(page: str, elements: Elements) -> None:
    assert not [tag for tag, attributes in elements.found if FETCHING & attributes.keys()]
    assert re.findall(r"https?:[^\"' ]*", page) == [SVG]
    assert not re.search(r"@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|import\(", page)


def test_no_element_has_a_style_or_a_script_of_its_own(elements: Elements) -> None:
    attributes = {name for _, found in elements.found for name in found}
    assert "style" not in attributes
    assert not [name for name in attributes if name.startswith("on")]


def test_every_place_of_the_template_is_filled(page: str) -> None:
    assert not re.search(r"%[A-Z]+%", page)
    assert "<title>Market scan of 2016-12-29</title>" in page


def test_the_script_knows_the_letters_and_the_length_of_lists_that_the_data_has(page: str) -> None:
    assert f'const LETTERS = "{LETTERS}";' in page
    assert f"const NAMED = {NAMED};" in page


def test_the_edition_is_among_the_first_characters(page: str) -> None:
    assert EDITION.format("made up") in page[: HEAD // 2]
