"""A wrong scan definition is refused in one line that names the file, the line and the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from technic_pipeline.errors import ScanDefinitionError
from technic_pipeline.scan.definition import LARGEST_DEFINITION, MOST_LINES, load_definitions
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
    pytest.param(f"{WEIGHTS}trend = 1e308\n", 3, "1e+09", id="times 100 points no number"),
    pytest.param(f"{WEIGHTS}trend = 5e-324\n", 3, "1e-09", id="a share of which is nothing"),
    pytest.param(f"{WEIGHTS}trend = 1{'0' * 5000}\n", 3, "digits", id="more digits than Python's"),
    pytest.param(f"{WEIGHTS}[levels]\nstop_atr = 1e300", 4, "1e+16", id="a stop beyond all prices"),
    pytest.param(f"{WEIGHTS}[universe]\nmin_bars = 3000000000", 4, "<=", id="of no bar's age"),
    pytest.param(
        f"{WEIGHTS}[universe]\nmin_bars = 1{'0' * 30}", 4, "", id="of no machine's number"
    ),
    pytest.param(f"{WEIGHTS}[universe]\njump_bars = -1", 4, ">= 0", id="bars to come"),
    pytest.param(
        f'{WEIGHTS}[universe]\ntypes = ["C\\u0000"]',
        4,
        "types[0]",
        id="PostgreSQL has no zero byte",
    ),
    pytest.param(f'{WEIGHTS}description = "\\u0000"', 3, "weights", id="where no text belongs"),
    pytest.param(f'description = "\\u0000"\n{WEIGHTS}', 1, "description", id="a zero byte told"),
    pytest.param(
        f'{WEIGHTS}[components."\\u0000"]\nrsi_14 = "rising"', 3, "components", id="or named"
    ),
    pytest.param(
        f"{WEIGHTS}[universe]\ntypes = {'[' * 900}{']' * 900}", 4, "recursion", id="nested too deep"
    ),
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
    assert "has 16,408 bytes, and no such file has more than 16,384" in str(refused)


def test_a_file_of_more_lines_than_any_definition_is_refused(tmp_path: Path) -> None:
    refused = refusal(f"{WEIGHTS}{'#' * 3}{chr(10) * MOST_LINES}", tmp_path)
    assert "has 1,003 lines, and no such file has more than 1,000" in str(refused)


def test_a_file_that_is_not_named_in_print_is_refused(tmp_path: Path) -> None:
    refused = refusal(WEIGHTS, tmp_path, "mi\nne.toml")
    assert "is not named in printable characters" in str(refused)
