"""What a scan's table is made from."""

from __future__ import annotations

from technic_pipeline.scan.definition import Component, ScanDefinition

# These stand in every scan's rows, whatever they weigh.
SHOWN_COMPONENTS = ("trend", "momentum", "volume", "volatility", "fundamental")
SHOWN_COLUMNS = ("change_pct", "rel_volume_10", "dollar_volume_20", "tech_rating", "rs_rating")
LEVEL_COLUMN = "atr_14"
# These are read by rules of the universe.
LIQUIDITY_COLUMN = "dollar_volume_20"
JUMP_COLUMN = "bars_since_jump"


def used_components(definition: ScanDefinition) -> tuple[Component, ...]:
    """The components that a scan weighs or shows, in its order."""
    used = {*SHOWN_COMPONENTS, *(name for name, _ in definition.weights)}
    return tuple(c for c in definition.components if c.name in used)


def used_columns(definition: ScanDefinition) -> tuple[str, ...]:
    """Every column that a scan's rows or rules depend on, each once."""
    of_components = [name for c in used_components(definition) for name, _ in c.columns]
    rules = definition.universe
    of_rules = (LIQUIDITY_COLUMN, JUMP_COLUMN, *rules.above, *rules.present)
    return tuple(dict.fromkeys([*SHOWN_COLUMNS, LEVEL_COLUMN, *of_rules, *of_components]))
