"""Sector distributions in Redis: sorted values, kept 24 hours under the day, table and digest.

An entry is a header (magic, version, day, groups, values), the groups' starts as int64, the values
as float64, and the SHA-256 of starts and values, all little-endian. It is used only if every part
is as expected and the digest is the one that PostgreSQL has for the day.
"""

from __future__ import annotations

import hashlib
import struct
from datetime import date

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.cache.connection import disposable_cache

KEPT_SECONDS = 24 * 60 * 60
LARGEST_ENTRY = 32 * 1024 * 1024

HEADER = struct.Struct("<8sHHiq")
MAGIC = b"TECHSECT"
VERSION = 1
DIGEST_SIZE = hashlib.sha256().digest_size

# The groups' starts, one more than there are groups, and all groups' values.
Groups = tuple[NDArray[np.int64], NDArray[np.float64]]


def load(redis_url: str, as_of: date, sector_table: str, digest: str, groups: int) -> Groups | None:
    """The distributions of a day, or None where the cache has none that can be trusted."""
    cache = disposable_cache(redis_url)
    key = entry_key(as_of, sector_table, digest)
    entry = cache.fetch(key, LARGEST_ENTRY)
    if entry is None:
        return None
    try:
        return decode(entry, as_of, digest, groups)
    except ValueError as problem:
        cache.warn(f"{key}: {problem}")
        return None


def save(redis_url: str, as_of: date, sector_table: str, digest: str, groups: Groups) -> None:
    """Keep the distributions of a day, unless they are too large to."""
    entry = encode(as_of, groups)
    if len(entry) <= LARGEST_ENTRY:
        key = entry_key(as_of, sector_table, digest)
        disposable_cache(redis_url).store(key, entry, KEPT_SECONDS)


def entry_key(as_of: date, sector_table: str, digest: str) -> str:
    """Where an entry is: its day, the sector table that was used, and what it holds."""
    return f"technic:sector_stats:{as_of}:{sector_table[:16]}:{digest[:32]}"


def groups_sha256(groups: Groups) -> str:
    """The digest of starts and values, by which an entry is known."""
    return _digest(*_as_bytes(groups)).hex()


def encode(as_of: date, groups: Groups) -> bytes:
    """An entry's bytes."""
    starts, values = _as_bytes(groups)
    header = HEADER.pack(MAGIC, VERSION, len(groups[0]) - 1, as_of.toordinal(), len(groups[1]))
    return b"".join([header, starts, values, _digest(starts, values)])


def decode(entry: bytes, as_of: date, digest: str, groups: int) -> Groups:
    """The starts and the values, which cannot be written to.

    Raises:
        ValueError: a part of the entry is not as expected; says which.
    """
    if len(entry) < HEADER.size:
        raise ValueError("too short for an entry")
    magic, version, found_groups, day, count = HEADER.unpack_from(entry)
    if (magic, version) != (MAGIC, VERSION):
        raise ValueError("not an entry of this version")
    if (found_groups, day) != (groups, as_of.toordinal()):
        raise ValueError("an entry of another day or of other groups")
    values_at = HEADER.size + 8 * (groups + 1)
    digest_at = values_at + 8 * count
    if count < 0 or len(entry) != digest_at + DIGEST_SIZE:
        raise ValueError("not as long as it says")
    content = memoryview(entry)
    checked = _digest(content[HEADER.size : digest_at])
    if checked != content[digest_at:] or checked.hex() != digest:
        raise ValueError("a wrong checksum")
    starts = np.frombuffer(entry, "<i8", groups + 1, HEADER.size)
    return starts, np.frombuffer(entry, "<f8", count, values_at)


def _as_bytes(groups: Groups) -> tuple[bytes, bytes]:
    starts, values = groups
    return starts.astype("<i8").tobytes(), values.astype("<f8").tobytes()


def _digest(*parts: bytes | memoryview) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()
