"""Scan definitions: the shipped ones, a user's beside or instead of them, and which are enabled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from technic_pipeline.errors import ScanDefinitionError, UnknownScan
from technic_pipeline.indicators.registry import STORED_COLUMNS
from technic_pipeline.scan.definition import DEFAULT_SCAN, ScanDefinition, load_definitions
from technic_pipeline.scan.ranking import SHOWN_COMPONENTS
from technic_pipeline.settings import Settings

MINE = '[weights]\nmomentum = 1\n\n[universe]\ntypes = ["ETF"]\n'


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A directory for a user's definitions."""
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


def load(scans: Path | None = None, enabled: str | None = None) -> dict[str, ScanDefinition]:
    return load_definitions(Settings(scans_dir=scans, scans=enabled))


def columns_of(definition: ScanDefinition) -> dict[str, dict]:
    return {component.name: dict(component.columns) for component in definition.components}


def test_the_default_scan_is_shipped_with_the_rules_and_weights_that_are_documented() -> None:
    swing = load()[DEFAULT_SCAN]
    assert swing.weights == (
        ("trend", 20.0),
        ("momentum", 20.0),
        ("volume", 10.0),
        ("volatility", 5.0),
    )
    rules = swing.universe
    assert (rules.types, rules.keep_unknown_type) == (("CS", "ADRC"), True)
    assert (rules.min_price, rules.min_dollar_volume_20) == (1.0, 250_000.0)
    assert (rules.min_bars, rules.jump_bars) == (60, 252)
    assert (swing.levels.stop_atr, swing.levels.target_atr) == (2.0, 3.0)


def test_shipped_components_are_made_of_stored_columns() -> None:
    components = columns_of(load()[DEFAULT_SCAN])
    assert components == {
        "trend": {"pct_from_high_52w": "rising", "perf_6m": "rising"},
        "momentum": {"perf_1m": "rising", "perf_3m": "rising"},
        "volume": {"rel_volume_10": "rising"},
        "volatility": {"atr_pct": "falling", "volatility_20": "falling"},
    }
    assert {column for columns in components.values() for column in columns} <= {*STORED_COLUMNS}


def test_a_user_s_scan_stands_beside_the_shipped_ones(scans: Path) -> None:
    (scans / "mine.toml").write_text(MINE)
    assert set(load(scans)) == {*load(), "mine"}
    assert load(scans)["mine"].weights == (("momentum", 1.0),)


def test_a_user_s_file_replaces_the_shipped_scan_of_the_same_name(scans: Path) -> None:
    (scans / "swing.toml").write_text(MINE)
    assert list(load(scans)) == list(load())
    assert load(scans)["swing"].weights == (("momentum", 1.0),)
    # Nothing of the shipped file shows through.
    assert load(scans)["swing"].universe.types == ("ETF",)
    assert load(scans)["swing"].universe.min_price is None


def test_a_scan_may_bring_components_of_its_own_and_change_shared_ones(scans: Path) -> None:
    (scans / "mine.toml").write_text(
        '[components.calm]\natr_pct = "falling"\n\n'
        '[components.momentum]\nrsi_14 = "rising"\n\n[weights]\ncalm = 2\n'
    )
    mine = columns_of(load(scans)["mine"])
    assert mine["calm"] == {"atr_pct": "falling"}
    assert mine["momentum"] == {"rsi_14": "rising"}
    assert columns_of(load(scans)["swing"])["momentum"] != mine["momentum"]


def test_a_user_s_components_reach_every_scan_and_leave_the_other_shared_ones(scans: Path) -> None:
    (scans / "components.toml").write_text('[momentum]\nrsi_14 = "rising"\n')
    swing = columns_of(load(scans)["swing"])
    assert swing["momentum"] == {"rsi_14": "rising"}
    assert set(SHOWN_COMPONENTS) <= set(swing)
    assert "components" not in load(scans)


def test_weights_stand_in_the_order_of_the_file(scans: Path) -> None:
    (scans / "mine.toml").write_text("[weights]\nvolume = 1\ntrend = 2\nmomentum = 3\n")
    assert [name for name, _ in load(scans)["mine"].weights] == ["volume", "trend", "momentum"]


def test_only_the_scans_that_are_named_are_enabled(scans: Path) -> None:
    (scans / "mine.toml").write_text(MINE)
    (scans / "broken.toml").write_text("not toml at all")
    assert list(load(scans, " mine ,")) == ["mine"]


def test_an_enabled_scan_that_nobody_defined_is_unknown() -> None:
    with pytest.raises(UnknownScan, match=r"^no scan named 'other'; there are: swing$"):
        load(enabled="swing,other")


def test_components_are_no_scan() -> None:
    with pytest.raises(UnknownScan, match="components"):
        load(enabled="components")


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_directory_of_scans_that_is_none_is_refused(scans: Path, name: str) -> None:
    (scans / "file").write_text("")
    with pytest.raises(ScanDefinitionError, match="TECHNIC_SCANS_DIR is no directory") as refused:
        load(scans / name)
    assert str(scans / name) in str(refused.value)


def test_a_definition_s_digest_is_the_same_in_every_process(scans: Path) -> None:
    (scans / "mine.toml").write_text(MINE)
    program = (
        "import sys; from pathlib import Path; from technic_pipeline.settings import Settings;"
        "from technic_pipeline.scan.definition import load_definitions;"
        "d = load_definitions(Settings(scans_dir=Path(sys.argv[1])));"
        "print(d['mine'].sha256())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, scans], check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == load(scans)["mine"].sha256()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("momentum = 1", "momentum = 2", id="a weight"),
        pytest.param("momentum = 1", "trend = 1", id="what is weighed"),
        pytest.param('["ETF"]', '["CS"]', id="a rule"),
        pytest.param("[universe]", "[levels]\nstop_atr = 1\n[universe]", id="a level"),
        pytest.param("[weights]", 'description = "d"\n[weights]', id="the description"),
    ],
)
def test_another_definition_has_another_digest(scans: Path, old: str, new: str) -> None:
    (scans / "mine.toml").write_text(MINE)
    before = load(scans)["mine"].sha256()
    (scans / "mine.toml").write_text(MINE.replace(old, new))
    assert load(scans)["mine"].sha256() != before


def test_what_is_stored_of_a_definition_is_plain_json() -> None:
    for definition in load().values():
        stored = definition.as_json()
        assert json.loads(json.dumps(stored)) == stored | {
            "universe": stored["universe"] | {"types": list(stored["universe"]["types"])}
        }
