"""Neighbouring entries of large values, read and written many at a time.

The client takes an answer in by pieces, puts them together and cuts what it needs out of that: of a
market's state that is four copies. Here the answers go from the socket to where they are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from typing import Any, NamedTuple

import redis

# What one round trip may carry: the server keeps what is not read yet of its answers.
BYTES_A_TRIP = 2 * 1024 * 1024
# Numbers and errors are told in one.
LONGEST_LINE = 64 * 1024


class Range(NamedTuple):
    """Some bytes of the value under a key."""

    key: str
    start: int
    size: int


def trips(ranges: Sequence[Range]) -> Iterator[tuple[Sequence[Range], slice]]:
    """The ranges in pieces, each worth one round trip, and the place of a piece's bytes in all."""
    begin, place, carried = 0, 0, 0
    for at, wanted in enumerate(ranges):
        if carried and carried + wanted.size > BYTES_A_TRIP:
            yield ranges[begin:at], slice(place, place + carried)
            begin, place, carried = at, place + carried, 0
        carried += wanted.size
    if begin < len(ranges):
        yield ranges[begin:], slice(place, place + carried)


def read_ranges(client: redis.Redis, ranges: Sequence[Range], into: memoryview) -> None:
    """Put each range's bytes behind the other's; where the server has fewer, the rest stays as is.

    Raises:
        redis.ResponseError: the server refused a range, or has no bytes there.
        OSError, redis.ConnectionError: the server went away, or took too long.
    """
    questions = [("GETRANGE", r.key, r.start, r.start + r.size - 1) for r in ranges]
    begin = 0
    with _answers(client, questions) as answers:
        for wanted in ranges:
            size = _number(answers, b"$")
            if not 0 <= size <= wanted.size:
                raise redis.ResponseError(f"{size} bytes where {wanted.size} were asked for")
            answers.readinto(into[begin : begin + size])
            _line(answers)
            begin += wanted.size


def write_ranges(
    client: redis.Redis, ranges: Sequence[Range], content: memoryview, seconds: int
) -> None:
    """Put the bytes, range behind range, in their places, and keep the values for so long.

    Raises:
        redis.ResponseError, OSError, redis.ConnectionError: as for `read_ranges`.
    """
    commands: list[tuple[Any, ...]] = []
    begin = 0
    for key, start, size in ranges:
        commands.append(("SETRANGE", key, start, content[begin : begin + size]))
        begin += size
    commands += [("EXPIRE", key, seconds) for key in dict.fromkeys(r.key for r in ranges)]
    with _answers(client, commands) as answers:
        for _ in commands:
            _number(answers, b":")


@contextmanager
def _answers(client: redis.Redis, commands: Sequence[tuple[Any, ...]]) -> Iterator[BufferedReader]:
    """What the server says to the commands; all of it must be read."""
    pool = client.connection_pool
    connection: Any = pool.get_connection()
    try:
        connection.send_packed_command(connection.pack_commands(commands))
        with connection._sock.makefile("rb") as answers:
            yield answers
    except BaseException:
        # Answers that nobody read would be taken for those to the next question.
        connection.disconnect()
        raise
    finally:
        pool.release(connection)


def _number(answers: BufferedReader, kind: bytes) -> int:
    """The number in an answer's first line, which must be of the kind that is expected."""
    line = _line(answers)
    if line[:1] != kind:
        raise redis.ResponseError(line[1:].decode(errors="replace").strip())
    return int(line[1:])


def _line(answers: BufferedReader) -> bytes:
    line = answers.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise redis.ConnectionError("it closed the connection, or is no Redis")
    return line
