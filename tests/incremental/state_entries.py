"""The states in Redis, and what can happen to them behind the pipeline's back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import redis

PREFIX = "technic:state:"
# Selects every entry.
EVERY = 0xFF

# A key, and a field where the key holds a hash.
Entry = tuple[bytes, bytes | None]


class StateEntries:
    """The bytes under every key of the states; some are chosen by the bits of `which`."""

    def __init__(self, url: str) -> None:
        # Any: redis types every answer as perhaps awaitable.
        self._client: Any = redis.Redis.from_url(url)

    def read(self) -> dict[Entry, bytes]:
        """All entries, by key and field."""
        found: dict[Entry, bytes] = {}
        for key in sorted(cast("list[bytes]", list(self._client.scan_iter(f"{PREFIX}*")))):
            kind = self._client.type(key)
            if kind == b"hash":
                found |= {(key, name): value for name, value in self._client.hgetall(key).items()}
            else:
                assert kind == b"string", f"{key!r} is a {kind!r}, which no operation here damages"
                found[key, None] = self._client.get(key)
        return found

    def write(self, entries: Mapping[Entry, bytes]) -> None:
        """Put bytes under keys and fields."""
        for (key, name), value in entries.items():
            if name is None:
                self._client.set(key, value)
            else:
                self._client.hset(key, name, value)

    def lose(self, which: int = EVERY) -> None:
        """Delete some entries."""
        for key, name in self._chosen(which):
            if name is None:
                self._client.delete(key)
            else:
                self._client.hdel(key, name)

    def flip(self, which: int, at: float, mask: int) -> None:
        """Alter one byte of some entries, `at` as a share of their length."""
        altered = {}
        for entry, value in self._chosen(which).items():
            changed = bytearray(value)
            if changed:
                changed[int(at * len(changed))] ^= mask
            altered[entry] = bytes(changed)
        self.write(altered)

    def cut(self, which: int, at: float) -> None:
        """Keep only the beginning of some entries."""
        self.write({e: value[: int(at * len(value))] for e, value in self._chosen(which).items()})

    def exchange(self, which: int) -> None:
        """Give each of some entries the bytes of the next."""
        chosen = self._chosen(which)
        values = list(chosen.values())
        self.write(dict(zip(chosen, values[1:] + values[:1], strict=True)))

    def put_back(self, entries: Mapping[Entry, bytes], which: int) -> None:
        """Give some of the entries the bytes that they once had."""
        self.write(_chosen_of(entries, which))

    def _chosen(self, which: int) -> dict[Entry, bytes]:
        return _chosen_of(self.read(), which)


def _chosen_of(entries: Mapping[Entry, bytes], which: int) -> dict[Entry, bytes]:
    return {
        entry: value
        for place, (entry, value) in enumerate(entries.items())
        if which >> (place % 8) & 1
    }
