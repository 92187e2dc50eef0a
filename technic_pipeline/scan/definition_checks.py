"""What a scan definition of the right shape may still get wrong, each refused with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from technic_pipeline.errors import ScanDefinitionError
from technic_pipeline.scan.inputs import SCAN_COLUMNS
from technic_pipeline.scan.toml_lines import line_where

# Ten times the dollars in the world.
LARGEST_NUMBER = 1e16
# Beyond them a contribution, points times weight over all weights, is no number any more.
LEAST_WEIGHT, LARGEST_WEIGHT = 1e-9, 1e9


def check_columns(
    path: Path, text: str, components: Mapping[str, Mapping[str, Any]], table: Sequence[str]
) -> None:
    """Every component, found below the keys `table`, lists known columns and at least one.

    Raises:
        ScanDefinitionError: one does not.
    """
    for name, columns in components.items():
        if not columns:
            raise _wrong(path, text, [*table, name], f"component {name!r} names no column")
        for column in columns:
            if column not in SCAN_COLUMNS:
                problem = f"no column named {column!r}"
                raise _wrong(path, text, [*table, name, column], problem)


def check_listed(path: Path, text: str, rule: str, columns: Sequence[str]) -> None:
    """The universe's rule names known columns only.

    Raises:
        ScanDefinitionError: one is not.
    """
    for column in columns:
        if column not in SCAN_COLUMNS:
            raise _wrong(path, text, ["universe", rule], f"no column named {column!r}")


def check_finite(path: Path, text: str, table: str, numbers: msgspec.Struct) -> None:
    """Every number of a table is finite and no more than there is in any market.

    A bound of nan would quietly let everyone pass.

    Raises:
        ScanDefinitionError: one is not.
    """
    for name, number in msgspec.to_builtins(numbers).items():
        if isinstance(number, float) and not abs(number) <= LARGEST_NUMBER:
            problem = f"{name} must be finite, at most {LARGEST_NUMBER:g}"
            raise _wrong(path, text, [table, name], problem)


def check_weights(
    path: Path, text: str, weights: Mapping[str, float], components: Mapping[str, Any]
) -> None:
    """There are weights, each of a known component, above 0 and finite.

    Raises:
        ScanDefinitionError: something of that does not hold.
    """
    if not weights:
        raise _wrong(path, text, ["weights"], "[weights] names no component")
    for name, weight in weights.items():
        if name not in components:
            problem = f"no component {name!r}; there are: {', '.join(components)}"
            raise _wrong(path, text, ["weights", name], problem)
        if not LEAST_WEIGHT <= weight <= LARGEST_WEIGHT:
            problem = (
                f"the weight of {name!r} must be above 0 and finite, "
                f"from {LEAST_WEIGHT:g} to {LARGEST_WEIGHT:g}"
            )
            raise _wrong(path, text, ["weights", name], problem)


def _wrong(path: Path, text: str, keys: Sequence[str], problem: str) -> ScanDefinitionError:
    return ScanDefinitionError(path, line_where(text, lambda said: _says(said, keys)), problem)


def _says(said: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(said, Mapping) or key not in said:
            return False
        said = said[key]
    return True
