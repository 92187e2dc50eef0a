"""What a source received, as it is kept: the same bars can be read from it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

# A page of 50,000 ratios, the longest reply, takes 40 MB.
LARGEST_REPLY = 64 * 1024 * 1024
PayloadFormat = Literal["day_file", "grouped_reply"]


@dataclass(frozen=True)
class KeptPayload:
    """The bytes of one file or reply: what they are, how many came, and they, compressed."""

    format: PayloadFormat
    size: int
    content: bytes

    @classmethod
    def day_file(cls, received: bytes) -> KeptPayload:
        """A day file, kept as it is: it comes compressed."""
        return cls("day_file", len(received), received)

    @classmethod
    def grouped_reply(cls, received: bytes) -> KeptPayload:
        """A reply, compressed by Zstandard."""
        return cls("grouped_reply", len(received), pa.compress(received, "zstd", asbytes=True))

    def received(self) -> bytes:
        """The bytes as they came.

        Raises:
            ValueError: they cannot be decompressed, or are more than there can be.
        """
        if self.format == "day_file":
            return self.content
        if self.size > LARGEST_REPLY:
            raise ValueError(f"{self.size:,} bytes, and no reply has more than {LARGEST_REPLY:,}")
        try:
            return pa.decompress(self.content, self.size, "zstd", asbytes=True)
        except OSError as error:
            raise ValueError(str(error)) from None
