"""Bytes from outside, of which no more are taken in than there can be."""

from __future__ import annotations

import stat
from pathlib import Path

import pyarrow as pa

from technic_pipeline.errors import InputTooLarge, MalformedInput


def read_file(path: Path, most: int) -> bytes:
    """A file's bytes, at most so many.

    Raises:
        FileNotFoundError: there is none.
        InputTooLarge: it has more.
        MalformedInput: it is no ordinary file, or the system refuses to read it.
    """
    try:
        known = path.stat()
        # Before it is opened: to open a pipe waits for whoever writes into it.
        if not stat.S_ISREG(known.st_mode):
            raise MalformedInput(path, "cannot be read (it is no ordinary file)")
        if known.st_size > most:
            raise InputTooLarge(path, known.st_size, most)
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise MalformedInput(path, f"cannot be read ({error.strerror})") from None
    # It grew meanwhile, or the system knows no size of it.
    if len(content) > most:
        raise InputTooLarge(path, len(content), most)
    return content


def unpacked(place: Path | str, packed: bytes, most: int) -> bytes:
    """What a gzip file holds, all its members, at most so many bytes.

    Raises:
        InputTooLarge: it holds more.
        MalformedInput: it is no gzip file, or not a whole one.
    """
    try:
        with pa.CompressedInputStream(pa.BufferReader(packed), "gzip") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise MalformedInput(place, f"not a whole gzip file ({error})") from None
    if len(content) > most:
        raise InputTooLarge(place, len(content), most, unpacked=True)
    return content
