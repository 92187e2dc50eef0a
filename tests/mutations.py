"""What becomes of a text or a value on a bad day, drawn by chance; and how much of it is tried."""

from __future__ import annotations

import copy
import json
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# `TECHNIC_TEST_EXAMPLES=20000` tries so many of each; in the suite there are fewer.
EXAMPLES = int(os.environ.get("TECHNIC_TEST_EXAMPLES", "150"))
tried_often = settings(
    max_examples=EXAMPLES,
    deadline=2_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Texts that readers of numbers, dates, lists and databases are known to stumble over.
NASTY_TEXTS = [
    *("", " ", "\0", "\n", "\r\n", ",", '"', "'", "\\", ";", "{}", "[", "]", "}", "%s", ":x", "$1"),
    *("NaN", "nan", "Infinity", "-inf", "1e999", "-1", "-0.0", "0", "1e-320", "0x10", "1_000"),
    *("9" * 400, "9223372036854775808", "-9223372036854775809", "1.5", "true", "null", "None"),
    *("\ufeff", "\u2028", "é", "\U0001d538", "A" * 900, "[" * 1_200, '{"a":' * 1_200, "0000-00-00"),
    *("9999-99-99", "2016-02-30", "../../etc/passwd", "'; drop table daily_bars; --"),
]
NASTY_VALUES = [
    *(None, True, 0, -1, 1.5, 1e308, -0.0, 10**400, "", "\0", "NaN", "x" * 900, [], {}, [[]]),
    *([None], [{}], {"results": []}, "2016-02-30", 2**63, -(2**63) - 1, float("nan"), float("inf")),
]


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """Some bytes that are others, gone, doubled, cut off, or replaced by a nasty text."""
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.sampled_from([0, 1, 2, 8, 60])))
        content[begin:end] = draw(_instead(bytes(content[begin:end])))
        if draw(st.sampled_from([False] * 9 + [True])):
            del content[draw(st.integers(0, len(content))) :]
    return bytes(content)


def _instead(part: bytes) -> st.SearchStrategy[bytes]:
    nasty = st.sampled_from(NASTY_TEXTS).map(lambda text: text.encode())
    return st.one_of(nasty, st.binary(max_size=9), st.sampled_from([b"", part + part, part[::-1]]))


@st.composite
def mutated_json(draw: st.DrawFn, original: Any) -> bytes:
    """JSON of a value of which some parts are others, gone, or under another name; or mutated."""
    value = copy.deepcopy(original)
    for _ in range(draw(st.integers(0, 3))):
        value = draw(_with_other_part(value))
    text = json.dumps(value).encode()
    return draw(mutated(text)) if draw(st.booleans()) else text


@st.composite
def _with_other_part(draw: st.DrawFn, value: Any) -> Any:
    if (
        not value
        or not isinstance(value, (dict, list))
        or draw(st.sampled_from([False] * 4 + [True]))
    ):
        return draw(st.sampled_from(NASTY_VALUES))
    if isinstance(value, list):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw(_with_other_part(value[at])), *value[at + 1 :]]
    key = draw(st.sampled_from(sorted(value)))
    kept = {name: part for name, part in value.items() if name != key}
    how = draw(st.sampled_from(["other", "other", "gone", "renamed"]))
    if how == "gone":
        return kept
    if how == "renamed":
        return kept | {key.upper(): value[key]}
    return kept | {key: draw(_with_other_part(value[key]))}
