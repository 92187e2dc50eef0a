"""The page of a session: the template, filled in; nothing in it comes from anywhere else."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib import resources

from technic_pipeline.report.content import Report
from technic_pipeline.report.embedding import embedded

# In the head, where a page is asked which edition it is.
EDITION = '<meta name="technic-edition" content="{}">'
# Each may use what those before it define.
SCRIPTS = (
    "elements.js",
    "words.js",
    "columns.js",
    "table.js",
    "overview.js",
    "symbol.js",
    "start.js",
)


def render(report: Report) -> str:
    """The page as HTML."""
    style, script = _template("page.css"), _script()
    places = {
        "%POLICY%": _policy(style, script),
        "%EDITION%": EDITION.format(report.edition),
        "%SESSION%": str(report.session),
        "%STYLE%": style,
        "%SCRIPT%": script,
        # Last: what the data says is never searched for a place.
        "%DATA%": embedded(report),
    }
    page = _template("page.html")
    for place, text in places.items():
        page = page.replace(place, text, 1)
    return page


def _script() -> str:
    """The scripts as one, whose names are nobody else's."""
    return "\n".join(['"use strict";', "(() => {", *map(_template, SCRIPTS), "})();", ""])


@cache
def _template(name: str) -> str:
    folder = resources.files("technic_pipeline.report") / "template"
    return (folder / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Only this very style and script count, and nothing is fetched from anywhere."""
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"
