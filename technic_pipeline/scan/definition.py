"""Scan definitions: what a TOML file says, checked and typed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from technic_pipeline.bounded import read_file
from technic_pipeline.errors import MalformedInput, ScanDefinitionError, UnknownScan
from technic_pipeline.scan.definition_checks import (
    check_columns,
    check_finite,
    check_listed,
    check_weights,
)
from technic_pipeline.scan.toml_lines import line_of_broken_statement, line_where
from technic_pipeline.settings import Settings

Direction = Literal["rising", "falling", "as_is"]
COMPONENTS_FILE = "components.toml"
# Five times a scan that names every column, each on a line.
LARGEST_DEFINITION, MOST_LINES = 16 * 1024, 1_000

# PostgreSQL's text, and its JSON, hold no zero byte.
Text = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*$")]
# What a column of `indicators` counts in; no symbol has as many bars.
Bars = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class UniverseRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds on who takes part; a rule whose bound is absent lets everyone pass."""

    types: tuple[Text, ...] = ()
    keep_unknown_type: bool = True
    min_price: float | None = None
    min_dollar_volume_20: float | None = None
    min_bars: Bars | None = None
    jump_bars: Bars | None = None
    min_market_cap: float | None = None
    keep_unknown_market_cap: bool = True
    above: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Distances of stop and target from the close, in multiples of atr_14."""

    stop_atr: float = 2.0
    target_atr: float = 3.0


class ScanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys that a scan's file may have."""

    weights: dict[str, float]
    description: Text = ""
    universe: UniverseRules = UniverseRules()
    components: dict[Text, dict[str, Direction]] = {}
    levels: Levels = Levels()


@dataclass(frozen=True)
class Component:
    """A named mean of columns, each a percentile, rising or falling, or taken as it is."""

    name: str
    columns: tuple[tuple[str, Direction], ...]


@dataclass(frozen=True)
class ScanDefinition:
    """One scan: whom it ranks, by what, and where it puts stop and target.

    `components` holds every component of the scan, weighted or not, `weights` the weighted ones in
    the order of the file.
    """

    name: str
    description: str
    universe: UniverseRules
    components: tuple[Component, ...]
    weights: tuple[tuple[str, float], ...]
    levels: Levels

    def as_json(self) -> dict[str, Any]:
        """The whole definition as plain JSON values, as `scan_runs.definition` stores it."""
        return {
            "name": self.name,
            "description": self.description,
            "universe": msgspec.to_builtins(self.universe),
            "components": [
                {"component": c.name, "columns": [list(pair) for pair in c.columns]}
                for c in self.components
            ],
            "weights": [{"component": name, "weight": weight} for name, weight in self.weights],
            "levels": msgspec.to_builtins(self.levels),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> ScanDefinition:
        """The definition that `as_json` wrote."""
        return cls(
            name=said["name"],
            description=said["description"],
            universe=msgspec.convert(said["universe"], UniverseRules),
            components=tuple(
                Component(c["component"], tuple((name, way) for name, way in c["columns"]))
                for c in said["components"]
            ),
            weights=tuple((w["component"], w["weight"]) for w in said["weights"]),
            levels=msgspec.convert(said["levels"], Levels),
        )

    def sha256(self) -> str:
        """A digest of everything that decides the result."""
        return hashlib.sha256(msgspec.json.encode(self.as_json())).hexdigest()


def load_definitions(settings: Settings) -> dict[str, ScanDefinition]:
    """The enabled scans by name; a user's file replaces a shipped one of the same name.

    Raises:
        ScanDefinitionError: a file cannot be used; names the line.
        UnknownScan: TECHNIC_SCANS names a scan that nobody defined.
    """
    folders = [Path(str(resources.files("technic_pipeline.scan") / "definitions"))]
    if settings.scans_dir is not None:
        if not settings.scans_dir.is_dir():
            raise ScanDefinitionError(settings.scans_dir, None, "TECHNIC_SCANS_DIR is no directory")
        folders.append(settings.scans_dir)
    files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    files.pop(Path(COMPONENTS_FILE).stem)
    shared = _read_components(folders)
    enabled = settings.enabled_scans or tuple(files)
    for name in enabled:
        if name not in files:
            raise UnknownScan(name, sorted(files))
    return {name: read_definition(files[name], shared) for name in enabled}


def read_definition(path: Path, shared: Mapping[str, Mapping[str, Direction]]) -> ScanDefinition:
    """One scan's file, with the components that all scans share.

    Raises:
        ScanDefinitionError: as `load_definitions`.
    """
    if not path.stem.isprintable():
        raise ScanDefinitionError(path, None, "is not named in printable characters")
    text = _read_text(path)
    file: ScanFile = _convert(path, text, ScanFile)
    components = {**shared, **file.components}
    check_columns(path, text, file.components, ["components"])
    check_finite(path, text, "universe", file.universe)
    for rule in ("above", "present"):
        check_listed(path, text, rule, getattr(file.universe, rule))
    check_finite(path, text, "levels", file.levels)
    check_weights(path, text, file.weights, components)
    return ScanDefinition(
        name=path.stem,
        description=file.description,
        universe=file.universe,
        components=tuple(
            Component(name, tuple(columns.items())) for name, columns in components.items()
        ),
        weights=tuple(file.weights.items()),
        levels=file.levels,
    )


def _read_components(folders: Sequence[Path]) -> dict[str, dict[str, Direction]]:
    """The components that all scans share; a user's replaces a shipped one of the same name."""
    shared: dict[str, dict[str, Direction]] = {}
    for path in (folder / COMPONENTS_FILE for folder in folders):
        if path.exists():
            text = _read_text(path)
            components = _convert(path, text, dict[Text, dict[str, Direction]])
            check_columns(path, text, components, [])
            shared |= components
    return shared


def _read_text(path: Path) -> str:
    try:
        text = read_file(path, LARGEST_DEFINITION).decode().replace("\r\n", "\n")
    except MalformedInput as error:
        raise ScanDefinitionError(path, None, error.problem) from None
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise ScanDefinitionError(path, None, f"cannot be read: {error}") from None
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        problem = f"has {lines:,} lines, and no such file has more than {MOST_LINES:,}"
        raise ScanDefinitionError(path, None, problem)
    return text


def _convert(path: Path, text: str, shape: Any) -> Any:
    try:
        return msgspec.convert(tomllib.loads(text), shape)
    except tomllib.TOMLDecodeError as error:
        named = re.search(r"at line (\d+)", str(error))
        line = int(named[1]) if named else line_of_broken_statement(text)
        raise ScanDefinitionError(path, line, str(error)) from None
    except msgspec.ValidationError as error:
        problem = str(error)
        line = line_where(text, lambda said: _problem(said, shape) == problem)
        raise ScanDefinitionError(path, line, problem) from None
    except (ValueError, RecursionError) as error:
        # Beyond what Python reads: thousands of digits, or of lists in lists.
        raise ScanDefinitionError(path, line_of_broken_statement(text), str(error)) from None


def _problem(said: Mapping[str, Any], shape: Any) -> str | None:
    try:
        msgspec.convert(said, shape)
    except msgspec.ValidationError as error:
        return str(error)
    return None
