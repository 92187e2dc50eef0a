"""A wrong scan definition is refused in one line that names the file, the line and the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from technic_pipeline.errors import ScanDefinitionError
from technic_pipeline.scan.definition import LARGEST_DEFINITION, load_definitions
from technic_pipeline.settings import Settings

WEIGHTS = "[weights]\nmomentum = 1\n"
BY_COLUMN = '[components.x]\nrsi_14 = "rising"\n'
# The text of the file, the line at fault, and a word of what is wrong there.
CASES = [
    pytest.param("[weights\nmomentum = 1", 1, "Expected ']'", id="a bracket left open"),
    pytest.param(f"{WEIGHTS}momentum = 2", 3, "overwrite", id="a key twice"),
    pytest.param(f"{WEIGHTS}trend 2", 3, "Expected '='", id="a line that is no TOML"),
    pytest.param(
        f'{WEIGHTS}[universe]\ntypes = ["CS",\n\n', 4, "", id="a list never closed, at its start"
    ),
    pytest.param(f'description = """\nmore\n{WEIGHTS}', 1, "", id="a text never closed"),
    pytest.param(f"{WEIGHTS}\n[rules]\nx = 1", 4, "rules", id="a table that does not exist"),
    pytest.param(f"{WEIGHTS}[universe]\nmin_prize = 1", 4, "min_prize", id="a key misspelt"),
    pytest.param(f"{WEIGHTS}[levels]\n\n# stop\nstop = 1", 6, "stop", id="below a remark"),
    pytest.param(
        f"{WEIGHTS}levels = {{ stop_atr = 1, tgt = 2 }}\n", 3, "object", id="not where it belongs"
    ),
    pytest.param(
        f"levels = {{ stop_atr = 1, tgt = 2 }}\n{WEIGHTS}", 1, "tgt", id="in a table on one line"
    ),
    pytest.param(f"universe.min_price = 1\nuniverse.x = 1\n{WEIGHTS}", 2, "x", id="a dotted key"),
    pytest.param(f'{WEIGHTS}[universe]\nmin_price = "1"', 4, "str", id="a number as text"),
    pytest.param(f"{WEIGHTS}[universe]\nmin_bars = 1.5", 4, "float", id="half a bar"),
    pytest.param(f"{WEIGHTS}[universe]\ntypes = 'CS'", 4, "array", id="one type, not a list"),
    pytest.param(
        f'{WEIGHTS}[universe]\ntypes = [\n  "CS",\n  5,\n]\n',
        4,
        "int",
        id="in a list, at its start",
    ),
    pytest.param(f"{WEIGHTS}[universe]\nmin_price = nan", 4, "finite", id="a bound of nan"),
    pytest.param(f"{WEIGHTS}[universe]\nmin_market_cap = inf", 4, "finite", id="none is as large"),
    pytest.param(
        f'{WEIGHTS}[universe]\nabove = ["sma_50", "sma_21"]', 4, "sma_21", id="above no column"
    ),
    pytest.param(
        f'{WEIGHTS}[universe]\nmin_bars = 1\npresent = ["log_return"]',
        5,
        "log_return",
        id="a series that is not stored cannot be asked for",
    ),
    pytest.param(f"{WEIGHTS}[universe]\nabove = 'sma_50'", 4, "array", id="one column, no list"),
    pytest.param(f"{WEIGHTS}[levels]\nstop_atr = inf", 4, "finite", id="a stop infinitely far"),
    pytest.param("", None, "weights", id="an empty file"),
    pytest.param('description = "d"\n', None, "weights", id="no weights at all"),
    pytest.param("\n\n[weights]\n", 3, "no component", id="a table of weights with none in it"),
    pytest.param("weights = {}\n", 1, "no component", id="the same on one line"),
    pytest.param("weights = 3\n", 1, "object", id="weights that are a number"),
    pytest.param(f"{WEIGHTS}fame = 2\n", 3, "fame", id="a component that nobody defined"),
    pytest.param("weights.momentum = 1\nweights.fame = 2", 2, "fame", id="by a dotted key"),
    pytest.param("weights = { momentum = 1, fame = 2 }", 1, "fame", id="in a table on one line"),
    pytest.param('[weights]\n"fame" = 2\n', 2, "fame", id="in quotes"),
    pytest.param(
        f"{BY_COLUMN}[ weights ] # what counts\nx = 1\nfame = 2",
        5,
        "fame",
        id="a table with a remark",
    ),
    pytest.param('"a\\nb" = 1\n' + WEIGHTS, 1, "a b", id="a key with a line break"),
    pytest.param('[weights]\n"a\\nb" = 1\n', 2, "'a\\nb'", id="a weight named so"),
    pytest.param(f"{WEIGHTS}trend = -1\n", 3, "above 0", id="a negative weight"),
    pytest.param(f"{WEIGHTS}trend = 0\n", 3, "above 0", id="a weight of nothing"),
    pytest.param(f"{WEIGHTS}trend = inf\n", 3, "above 0", id="an infinite weight"),
    pytest.param(f"{WEIGHTS}trend = nan\n", 3, "above 0", id="a weight of nan"),
    pytest.param(f"{WEIGHTS}trend = 1{'0' * 400}\n", 3, "", id="a weight beyond all numbers"),
    pytest.param(f"{WEIGHTS}trend = 1e999\n", 3, "above 0", id="written as a float"),
    pytest.param(f'{WEIGHTS}trend = "20"\n', 3, "str", id="a weight that is text"),
    pytest.param(f"{WEIGHTS}trend = true\n", 3, "bool", id="a weight that is a yes"),
    pytest.param(f"{WEIGHTS}[weights.trend]\nx = 1\n", 3, "object", id="a weight that is a table"),
    pytest.param(
        f"{BY_COLUMN}sma_21 = 'rising'\n{WEIGHTS}", 3, "sma_21", id="a column that is not stored"
    ),
    pytest.param(
        f"[components]\nx.rsi_14 = 'rising'\nx.sma_21 = 'rising'\n{WEIGHTS}",
        3,
        "sma_21",
        id="a column by a dotted key",
    ),
    pytest.param(
        f"{WEIGHTS}[components.y]\nsma_20 = 'rising'\n{BY_COLUMN}sma_21 = 'rising'\n",
        7,
        "sma_21",
        id="in the second of two components",
    ),
    pytest.param(
        f"[components]\nx = {{ log_return = 'rising' }}\n{WEIGHTS}",
        2,
        "log_return",
        id="a series that only feeds others",
    ),
    pytest.param(
        f'{BY_COLUMN}"rsi_14\\" from symbols; drop table symbols; --" = "rising"\n{WEIGHTS}',
        3,
        "drop table",
        id="SQL for a column",
    ),
    pytest.param(
        f'{WEIGHTS}[universe]\npresent = ["(select 1)"]', 4, "(select 1)", id="SQL in a rule"
    ),
    pytest.param(
        f"{BY_COLUMN}sma_20 = '__import__(\"os\")'\n{WEIGHTS}", 3, "__import__", id="code"
    ),
    pytest.param(
        f'{WEIGHTS}[universe]\nmin_price = "1; drop table symbols"', 4, "str", id="SQL for a number"
    ),
    pytest.param(f"{BY_COLUMN}sma_20 = 'up'\n{WEIGHTS}", 3, "up", id="a direction misspelt"),
    pytest.param(f"{BY_COLUMN}sma_20 = 'as is'\n{WEIGHTS}", 3, "as is", id="as_is in two words"),
    pytest.param(f"{BY_COLUMN}sma_20 = 1\n{WEIGHTS}", 3, "int", id="a direction as a number"),
    pytest.param(f"[components.x]\n{WEIGHTS}x = 1\n", 1, "no column", id="a component of nothing"),
]


def refusal(text: str, folder: Path, name: str = "mine.toml") -> ScanDefinitionError:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ScanDefinitionError) as refused:
        load_definitions(Settings(scans_dir=folder))
    return refused.value


@pytest.mark.parametrize(("text", "line", "word"), CASES)
def test_it_is_refused_with_its_line(
    text: str, line: int | None, word: str, tmp_path: Path
) -> None:
    refused = refusal(text, tmp_path)
    place = tmp_path / "mine.toml"
    assert str(refused).startswith(f"{place}:{line}: " if line else f"{place}: ")
    assert word in str(refused).removeprefix(str(place))
    assert len(str(refused).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('[momentum]\nsma_21 = "rising"\n', 2, id="an unknown column"),
        pytest.param('[momentum]\nsma_20 = "rise"\n', 2, id="a direction misspelt"),
        pytest.param("[momentum]\n", 1, id="a component of nothing"),
        pytest.param("momentum = 1\n", 1, id="no table"),
    ],
)
def test_shared_components_are_refused_likewise(text: str, line: int, tmp_path: Path) -> None:
    refused = refusal(text, tmp_path, "components.toml")
    assert str(refused).startswith(f"{tmp_path / 'components.toml'}:{line}: ")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScanDefinitionError, match="cannot be read") as refused:
        load_definitions(Settings(scans_dir=tmp_path))
    assert len(str(refused.value).splitlines()) == 1


def test_a_directory_named_like_a_definition_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(ScanDefinitionError, match="cannot be read"):
        load_definitions(Settings(scans_dir=tmp_path))


def test_a_file_larger_than_any_definition_is_refused(tmp_path: Path) -> None:
    refused = refusal(f"{WEIGHTS}#{' ' * LARGEST_DEFINITION}", tmp_path)
    assert refused.line is None
    assert "has 65,560 bytes, and no such file has more than 65,536" in str(refused)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"{WEIGHTS}x = {'[' * 900}", "nested too deep", id="lists without an end"),
        pytest.param(f"{WEIGHTS}x = {'9' * 5_000}", "4300 digits", id="a number without an end"),
        pytest.param(WEIGHTS + "\n" * 600, "no scan has more than 500 lines", id="lines"),
    ],
)
def test_what_has_no_end_is_refused(text: str, said: str, tmp_path: Path) -> None:
    refused = refusal(text, tmp_path)
    assert said in str(refused)
    assert refused.line is not None
