"""Whatever a scan's file holds, it is a definition that can be stored, or refused by its line."""

from __future__ import annotations

import json
import math
import tomllib
from importlib import resources
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from mutations import DEPTHS, WORDS, assert_says, fuzzed, harmed, reworded
from test_scan_definition import EVERYTHING

from technic_pipeline.errors import ScanDefinitionError
from technic_pipeline.scan.definition import ScanDefinition, read_definition
from technic_pipeline.scan.inputs import SCAN_COLUMNS
from technic_pipeline.scan.used_columns import used_columns

FOLDER = Path(str(resources.files("technic_pipeline.scan") / "definitions"))
SHARED = tomllib.loads((FOLDER / "components.toml").read_text(encoding="utf-8"))
TEXTS = [EVERYTHING, *(path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir()))]
# What TOML has for values, and what it has not.
VALUES = (
    *("nan", "-inf", "+inf", "1e308", "1e999", "-0.0", "0x7fffffffffffffff", "1_000", "0b1"),
    *("9" * 30, "-" + "9" * 30, "9" * 5000, "1979-05-27", "1979-02-31", "07:32:00", "true"),
    *(
        '"\\u0000"',
        '"\\ud800"',
        "'''\n\n'''",
        '"""\\\n"""',
        "[]",
        "[[]]",
        "{}",
        "{ a = 1, b.c = 2 }",
    ),
    *('["\\u0000"]', '["sma_50", 1]', '["sma_50; drop table symbols"]', "os.system('true')"),
    *("[" * depth + "]" * depth for depth in DEPTHS[:-1]),
    *("{a=" * depth + "1" + "}" * depth for depth in DEPTHS[:-1]),
)
KEYS = (
    *("weights", "universe.types", "universe.min_bars", "universe", "levels.stop_atr", "x"),
    *("components.x", "components.x.rsi_14", "weights.trend", "weights.x", '"\\u0000"', '""'),
    *('components."\\u0000".rsi_14', "description", "name", "a." * 600 + "a", "[weights]"),
    *('components."\'; drop table symbols; --".rsi_14', "[[weights]]", "__class__", "# a"),
)


@st.composite
def statements(draw: st.DrawFn, text: str) -> str:
    """The text with other statements in it, or with values that are something else."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        key = draw(st.sampled_from(KEYS) | st.just(lines[at].partition("=")[0]))
        value = draw(st.sampled_from(VALUES) | st.sampled_from(WORDS).map(json.dumps))
        lines[at : at + draw(st.integers(0, 1))] = [f"{key} = {value}"]
    return "\n".join(lines)


files = st.sampled_from(TEXTS).flatmap(
    lambda text: st.one_of(
        statements(text).map(str.encode),
        reworded(text, '\n=" [],.').map(str.encode),
        harmed(text.encode()),
        st.permutations(text.split("\n")).map(lambda lines: "\r\n".join(lines).encode()),
    )
)


@fuzzed()
@given(content=files)
def test_it_is_a_definition_or_refused_by_its_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    try:
        definition = read_definition(path, SHARED)
    except ScanDefinitionError as refused:
        assert_says(refused, f"{path}:{refused.line}: " if refused.line else f"{path}: ")
        assert refused.line is None or 1 <= refused.line <= content.count(b"\n") + 1
    else:
        assert_usable(definition)


def assert_usable(definition: ScanDefinition) -> None:
    """Only known columns are ever asked for, every number is one, and PostgreSQL can hold it."""
    assert set(used_columns(definition)) <= set(SCAN_COLUMNS)
    rules = definition.universe
    assert {*rules.above, *rules.present} <= set(SCAN_COLUMNS)
    assert math.isfinite(100.0 * sum(weight for _, weight in definition.weights))
    # RFC 8259, without NaN and without infinity.
    stored = json.dumps(definition.as_json(), allow_nan=False)
    assert "\\u0000" not in stored
    again = ScanDefinition.from_json(json.loads(stored))
    assert again == definition
    assert again.sha256() == definition.sha256()
