"""How much is read of what comes from outside, before anybody looks at what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from technic_pipeline.errors import MalformedInput

MB = 1 << 20
# A day of 12,000 symbols has half of one compressed, and one and a half of text.
LARGEST_DAY_FILE, LARGEST_DAY = 64 * MB, 512 * MB
# All ratios of 6,000 companies over two years have 20.
LARGEST_LIST = 512 * MB
# One of all symbols' bars has two.
LARGEST_REPLY = 128 * MB
# One with every key has some thousand bytes.
LARGEST_DEFINITION = MB


class Stream(Protocol):
    """Whatever gives bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """At most so many, fewer at the end."""
        ...


def read_bounded(place: Path | str, stream: Stream, largest: int) -> bytes:
    """All that a stream gives; `place` is where it comes from.

    Raises:
        MalformedInput: that is more than the largest size.
    """
    content = stream.read(largest + 1)
    if len(content) > largest:
        raise MalformedInput(place, f"has more than {largest // MB} MB, which is not read")
    return content


def read_file(path: Path, largest: int) -> bytes:
    """A file's bytes.

    Raises:
        MalformedInput: it is larger.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return read_bounded(path, file, largest)
