"""What can happen to bytes, texts and values before they are read: one table for every reader."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from technic_pipeline.errors import TechnicError

# Read here, because a test does not see the settings of the person who tests.
EXAMPLES = int(os.environ.get("TECHNIC_TEST_EXAMPLES", "150"))
LONGEST_MESSAGE = 800


def fuzzed(share: float = 1.0) -> settings:
    """So many examples, none of which may take long; a `share` of them where each is dear."""
    return settings(
        max_examples=max(int(EXAMPLES * share), 1),
        deadline=timedelta(seconds=5),
        suppress_health_check=[
            # A database or a directory serves all examples of a test.
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )


def assert_says(error: TechnicError, place: str) -> None:
    """The message is one printable line of some length that names the place."""
    message = str(error)
    assert place in message
    assert message.isprintable()
    assert len(message) - len(place) <= LONGEST_MESSAGE


# What happens to bytes: where, as shares of their length, and by how much.
Harm = Callable[[bytes, int, int, int], bytes]
HARM: Mapping[str, Harm] = {
    "a bit flips": lambda b, at, _, by: b[:at] + bytes([b[at] ^ (by or 1)]) + b[at + 1 :],
    "the end is missing": lambda b, at, _, __: b[:at],
    "the beginning is missing": lambda b, at, _, __: b[at:],
    "a piece is missing": lambda b, at, to, _: b[:at] + b[to:],
    "a piece is there twice": lambda b, at, to, _: b[:to] + b[at:to] + b[to:],
    "a piece is zeros": lambda b, at, to, _: b[:at] + bytes(to - at) + b[to:],
    "a piece is moved to the end": lambda b, at, to, _: b[:at] + b[to:] + b[at:to],
    "a byte is put in": lambda b, at, _, by: b[:at] + bytes([by]) + b[at:],
    "something follows": lambda b, at, _, by: b + bytes([by]) * (at + 1),
    "it is there twice": lambda b, _, __, ___: b + b,
}

# What a program, a person or a spreadsheet writes where a number, a word or a day belongs.
WORDS = (
    *("", " ", "nan", "NaN", "inf", "-Infinity", "-1", "-0.0", "0", "1e999", "1e-400", "5e-324"),
    *(
        "9" * 30,
        "9" * 400,
        "9" * 5000,
        "-" + "9" * 30,
        "1,5",
        "1_000",
        "0x1F",
        "1.7976931348623e308",
    ),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "1.5", "true", "null"),
    *(
        "NULL",
        "N/A",
        '"',
        '""',
        "'",
        "\\",
        "\0",
        "\x1b[2J",
        "\r",
        "\n",
        ",",
        ",,,",
        "\ufeff",
        "\u2028",
    ),
    *("\xc4", "\U0001f600", "2015-03-23", "2023-02-31", "0000-01-01", "A" * 5000),
    *("'; drop table symbols; --", "__import__('os').abort()", "${HOME}", "{0.__class__}", "%s%n"),
)

# What stands where a value of another type belongs.
DEPTHS = (300, 480, 700, 990, 5_000, 100_000)
STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1e308, -0.0, float("nan"), float("inf"), 2**63, 10**400),
    *([], {}, [[]], [None], {"a": 1}, {"": []}, *WORDS, "\ud800", "\udcff"),
)
# Texts that no encoder writes, by what they stand for in a JSON text.
UNWRITTEN = {
    **{f"@{depth} lists": "[" * depth + "]" * depth for depth in DEPTHS},
    **{f"@{depth} objects": '{"a":' * depth + "1" + "}" * depth for depth in DEPTHS},
    "@a number of 5000 digits": "9" * 5000,
    "@an exponent": "1e400",
    "@half a pair": '"\\ud800"',
    "@a control character": '"\x01"',
}

_shares = st.floats(0.0, 1.0, exclude_max=True)


@st.composite
def harmed(draw: st.DrawFn, content: bytes, most: int = 3) -> bytes:
    """The bytes after some of the above happened to them."""
    for _ in range(draw(st.integers(1, most))):
        if not content:
            break
        harm = HARM[draw(st.sampled_from(sorted(HARM)))]
        at, to = sorted(int(draw(_shares) * len(content)) for _ in range(2))
        content = harm(content, at, to, draw(st.integers(0, 255)))
    return content


@st.composite
def reworded(draw: st.DrawFn, text: str, separators: str, most: int = 3) -> str:
    """The text with some of what stands between separators in other words, or gone with one."""
    for _ in range(draw(st.integers(1, most))):
        borders = [-1, *(at for at, c in enumerate(text) if c in separators), len(text)]
        at = draw(st.integers(0, len(borders) - 2))
        begin, end = borders[at] + 1, borders[at + 1]
        word = draw(st.sampled_from(WORDS) | st.text(max_size=5))
        text = text[: begin - draw(st.integers(0, 1)) if begin else 0] + word + text[end:]
    return text


@st.composite
def altered_json(draw: st.DrawFn, value: Any, most: int = 3) -> bytes:
    """A value as JSON after some of what it holds became something else, twice there, or gone."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, most))):
        value = _altered(draw, value)
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    for name, written in UNWRITTEN.items():
        text = text.replace(f'"{name}"', written)
    return text.encode("utf-8", "surrogatepass")


def _altered(draw: st.DrawFn, value: Any) -> Any:
    """Go down into the value and alter it there."""
    inside = isinstance(value, list | dict) and len(value) > 0
    if not inside or draw(st.integers(0, 7)) == 0:
        return draw(st.sampled_from(STRANGE) | st.sampled_from(sorted(UNWRITTEN)))
    if isinstance(value, list):
        at = draw(st.integers(0, len(value) - 1))
        other = draw(st.sampled_from(("inside", "gone", "twice", "first")))
        if other == "inside":
            return [*value[:at], _altered(draw, value[at]), *value[at + 1 :]]
        return {
            "gone": [*value[:at], *value[at + 1 :]],
            "twice": [*value, value[at]],
            "first": value[at],
        }[other]
    name = draw(st.sampled_from(sorted(value)))
    other = draw(st.sampled_from(("inside", "inside", "inside", "gone", "renamed", "moved")))
    rest = {n: v for n, v in value.items() if n != name}
    if other == "inside":
        return value | {name: _altered(draw, value[name])}
    if other == "renamed":
        return rest | {draw(st.sampled_from(WORDS) | st.sampled_from(sorted(value))): value[name]}
    return rest if other == "gone" else rest | {name: value[name]}
