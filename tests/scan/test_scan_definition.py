"""Scan definitions: the shipped ones, a user's beside or instead of them, and which are enabled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from technic_pipeline.errors import ScanDefinitionError, UnknownScan
from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.scan.definition import (
    Levels,
    ScanDefinition,
    UniverseRules,
    load_definitions,
)
from technic_pipeline.scan.ranking import SHOWN_COMPONENTS
from technic_pipeline.settings import Settings

COMMON_RULES = {
    "types": ("CS", "ADRC"),
    "keep_unknown_type": True,
    "min_price": 1.0,
    "min_dollar_volume_20": 250_000.0,
    "min_bars": 60,
    "jump_bars": 252,
    "min_market_cap": None,
    "keep_unknown_market_cap": True,
}
RULES_OF_THEIR_OWN = {
    "momentum": {"min_price": 5.0, "min_dollar_volume_20": 1_000_000.0},
    "mean_reversion": {"above": ("sma_200",)},
    "value": {"present": ("fundamental_score",)},
}
WEIGHTS = {
    "breakout": {"breakout": 45, "volume": 20, "momentum": 15, "trend": 10, "rating": 10},
    "mean_reversion": {"reversion": 50, "trend": 20, "fundamental": 20, "volatility": 10},
    "momentum": {"momentum": 50, "trend": 25, "rating": 10, "volume": 10, "fundamental": 5},
    "swing": {
        **{"rating": 30, "trend": 20, "momentum": 20},
        **{"fundamental": 15, "volume": 10, "volatility": 5},
    },
    "value": {"fundamental": 60, "trend": 15, "volatility": 15, "rating": 10},
}
COMPONENTS = {
    "rating": {"tech_rating": "rising"},
    "trend": dict.fromkeys(("ma_rating", "adx_14", "pct_from_high_52w", "perf_6m"), "rising"),
    "momentum": dict.fromkeys(("perf_1m", "perf_3m", "rs_rating"), "rising"),
    "volume": dict.fromkeys(("rel_volume_10", "cmf_20", "mfi_14"), "rising"),
    "volatility": dict.fromkeys(("atr_pct", "volatility_20"), "falling"),
    "breakout": dict.fromkeys(
        ("pct_from_high_20", "pct_from_high_52w", "rel_volume_10", "bb_pct_b"), "rising"
    ),
    "reversion": dict.fromkeys(("rsi_14", "bb_pct_b", "willr_14", "perf_1w"), "falling"),
    "fundamental": {"fundamental_score": "as_is"},
}
MINE = '[weights]\nmomentum = 1\n\n[universe]\ntypes = ["ETF"]\n'
EVERYTHING = """
description = "d"
[universe]
types = ["CS"]
keep_unknown_type = false
min_price = 2.5
min_dollar_volume_20 = 1e6
min_bars = 61
jump_bars = 10
min_market_cap = 1e9
keep_unknown_market_cap = false
above = ["sma_50", "ema_200"]
present = ["rs_rating"]
[components.calm]
atr_pct = "falling"
rs_rating = "as_is"
[weights]
trend = 1
calm = 0.5
[levels]
stop_atr = 1.5
target_atr = 2.5
"""


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


def test_the_shipped_scans_weigh_what_is_documented_in_its_order() -> None:
    weighed = {name: dict(scan.weights) for name, scan in load().items()}
    assert weighed == WEIGHTS
    assert {name: list(weights) for name, weights in weighed.items()} == {
        name: list(weights) for name, weights in WEIGHTS.items()
    }


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_shipped_scan_has_the_common_rules_but_for_its_own(name: str) -> None:
    own = RULES_OF_THEIR_OWN.get(name, {})
    assert load()[name].universe == UniverseRules(**COMMON_RULES | own)
    assert load()[name].levels == Levels(stop_atr=2.0, target_atr=3.0)


def test_the_default_scan_is_shipped() -> None:
    assert DEFAULT_SCAN in WEIGHTS


def test_shipped_components_are_made_of_the_documented_columns() -> None:
    for scan in load().values():
        assert columns_of(scan) == COMPONENTS


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
    with pytest.raises(
        UnknownScan, match=r"^no scan named 'other'; there are: breakout, .*, value$"
    ):
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


@pytest.fixture(params=[*WEIGHTS, "mine"])
def definition(request: pytest.FixtureRequest, scans: Path) -> ScanDefinition:
    """Each shipped scan, and one that says something under every key."""
    (scans / "mine.toml").write_text(EVERYTHING)
    return load(scans)[request.param]


def test_what_is_stored_of_a_definition_is_plain_json(definition: ScanDefinition) -> None:
    # The digest is one of the text, in which a tuple is a list.
    stored = json.loads(json.dumps(definition.as_json()))
    assert stored["name"] == definition.name
    assert stored["weights"] == [
        {"component": name, "weight": weight} for name, weight in definition.weights
    ]


def test_a_definition_comes_back_whole_from_what_is_stored_of_it(
    definition: ScanDefinition,
) -> None:
    stored = json.loads(json.dumps(definition.as_json()))
    again = ScanDefinition.from_json(stored)
    assert again == definition
    assert again.sha256() == definition.sha256()
