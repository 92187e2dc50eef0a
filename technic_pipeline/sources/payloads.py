"""What a source received, as it is kept: the same bars can be read from it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

# A file of a day is compressed as it comes; a reply is text.
PayloadFormat = Literal["day_file", "grouped_reply"]


@dataclass(frozen=True)
class KeptPayload:
    """The bytes of one file or reply: what they are, how many came, and they, compressed."""

    format: PayloadFormat
    size: int
    content: bytes

    @classmethod
    def day_file(cls, received: bytes) -> KeptPayload:
        """A day file, kept as it is."""
        return cls("day_file", len(received), received)

    @classmethod
    def grouped_reply(cls, received: bytes) -> KeptPayload:
        """A reply, compressed by Zstandard."""
        return cls("grouped_reply", len(received), pa.compress(received, "zstd", asbytes=True))

    def received(self) -> bytes:
        """The bytes as they came.

        Raises:
            ValueError: they cannot be decompressed.
        """
        if self.format == "day_file":
            return self.content
        try:
            return pa.decompress(self.content, self.size, "zstd", asbytes=True)
        except OSError as error:
            raise ValueError(str(error)) from None
