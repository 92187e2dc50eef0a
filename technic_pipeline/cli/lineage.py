"""From a row of a published scan down to the bytes that were received."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console

from technic_pipeline.store.as_known import as_known
from technic_pipeline.store.database import read_rows

Lineage = Mapping[str, Any]


def read_lineage(url: str, run: Mapping[str, Any], symbol_id: int) -> Lineage:
    """The bars, the batch and the payload behind a symbol's row, as a run knew them."""
    known = as_known(url, run["published_at"])
    at = {"symbol_id": symbol_id, "session": run["session"]}
    [found] = read_rows(known, "read_lineage", at)
    return found


def print_lineage(run: Mapping[str, Any], found: Lineage, console: Console) -> None:
    """From the run to the payload, a line each."""
    console.print("made from", style="bold")
    for line in _lines(run, found):
        console.print("  " + line, highlight=False)


def _lines(run: Mapping[str, Any], found: Lineage) -> list[str]:
    lines = [
        f"run {run['scan_run_id']}, published {_written(run['published_at'])}; sha256 of its "
        f"definition {run['definition_sha256'][:12]}, of its inputs {run['inputs_sha256'][:12]}; "
        f"version {run['code_version']}, engine {run['engine_fingerprint']}",
        f"indicators of {found['bars']} bars since {found['first_session']}, which came in "
        f"{found['batches']} batches",
    ]
    if found["batch_id"] is None:
        return [*lines, f"no bar of {run['session']} itself"]
    prices = ", ".join(f"{name} {found[name]:g}" for name in ("open", "high", "low", "close"))
    kept = "kept" if found["kept"] else "not kept"
    return [
        *lines,
        f"bar of {run['session']} as {found['ticker']}: {prices}, volume {found['volume']:,.10g}",
        f"batch {found['batch_id']} from {found['source']}: {found['rows']} rows, fetched "
        f"{_written(found['fetched_at'])}, sha256 of its rows "
        f"{found['content_sha256'][:12]}",
        f"payload sha256 {found['payload_sha256']}, {kept}",
    ]


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"
