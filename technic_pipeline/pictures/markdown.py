"""Pictures as Dagster's page takes them: images within Markdown.

The page shows Markdown of under 1,000 characters where it stands, and longer Markdown behind a link
[Show Markdown], in a window as wide as the picture.
"""

from __future__ import annotations

import base64
import re

INLINE_CHARACTERS = 999
_SPECIAL = re.compile(r"[\\\[\]!`*_<>|]")


def as_markdown(svg: str, alt: str) -> str:
    """An image that carries its picture in it."""
    # Base64, in which nothing that a name says can be read as Markdown or as another address.
    data = base64.b64encode(svg.encode()).decode("ascii")
    said = _SPECIAL.sub(r"\\\g<0>", " ".join(alt.split()))
    return f"![{said}](data:image/svg+xml;base64,{data})"
