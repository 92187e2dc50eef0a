"""Whatever a scan's file holds, it is a scan, or refused by the file's name; nothing is run."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import WORDS, assert_says, fuzzed, harmed, reworded

from technic_pipeline.errors import ScanDefinitionError
from technic_pipeline.scan.definition import ScanDefinition, load_definitions
from technic_pipeline.scan.inputs import SCAN_COLUMNS
from technic_pipeline.settings import Settings

SHIPPED = Path(str(resources.files("technic_pipeline.scan") / "definitions"))
TEXTS = {path.stem: path.read_bytes() for path in sorted(SHIPPED.glob("*.toml"))}


def damaged(text: bytes) -> st.SearchStrategy[bytes]:
    """A definition's text, in whose places others stand."""
    return harmed(text) | reworded(text.decode(), "=\n[],. ").map(str.encode)


def read(folder: Path, name: str, text: bytes) -> ScanDefinition | None:
    """The scan `mine`, or `swing` with other components; None where a file is refused."""
    written = folder / (f"{name}.toml" if name == "components" else "mine.toml")
    written.write_bytes(text)
    scan = "swing" if name == "components" else "mine"
    try:
        return load_definitions(Settings(scans_dir=folder, scans=scan))[scan]
    except ScanDefinitionError as refused:
        # A component that is gone is missed by the scan that weighs it.
        assert_says(refused, str(written) if str(written) in str(refused) else "swing.toml")
        return None
    finally:
        written.unlink()


def is_sound(scan: ScanDefinition) -> bool:
    """Its columns are ours, its weights are numbers, and JSON holds all of it."""
    named = {column for component in scan.components for column, _ in component.columns}
    assert named <= set(SCAN_COLUMNS)
    assert all(0.0 < weight < float("inf") for _, weight in scan.weights)
    assert ScanDefinition.from_json(json.loads(json.dumps(scan.as_json()))) == scan
    return True


@pytest.mark.parametrize("name", TEXTS)
@fuzzed(0.5)
@given(data=st.data())
def test_a_damaged_definition_is_a_scan_or_refused(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    scan = read(tmp_path, name, data.draw(damaged(TEXTS[name])))
    assert scan is None or is_sound(scan)


@fuzzed()
@given(
    key=st.sampled_from(["description", "universe.types", "weights.x", "components.x.rsi_14"]),
    value=st.sampled_from(WORDS),
)
def test_a_nasty_text_in_a_definition_stays_a_text(key: str, value: str, tmp_path: Path) -> None:
    told = json.dumps(value, ensure_ascii=True)
    listed = f"[{told}]" if key == "universe.types" else told
    scan = read(tmp_path, "mine", TEXTS["swing"] + f"\n{key} = {listed}\n".encode())
    assert scan is None or is_sound(scan)
