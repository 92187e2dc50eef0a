"""The command: run the cases, print what they found, and exit with 1 when a bar is missed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from technic_pipeline.errors import BadOption, TechnicError
from tests.benchmarks.cases import CASES, measure_case
from tests.benchmarks.reporting import as_json, as_text
from tests.benchmarks.scale import Scale


def benchmarks(
    case: Annotated[str | None, typer.Argument(help="One of --list; all when left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="An object a case, a line each.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="The cases' names.")] = False,
    symbols: Annotated[int | None, typer.Option(min=100, help="Instead of the case's own.")] = None,
    sessions: Annotated[int | None, typer.Option(min=2, help="Instead of the case's own.")] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Of which the fastest counts.")] = 3,
    home: Annotated[Path | None, typer.Option(help="Keep the simulated history here.")] = None,
) -> None:
    """Measure the bars, each beside its reference."""
    if listed:
        print("\n".join(CASES))
        return
    if case is not None and case not in CASES:
        raise BadOption(f"no case named '{case}'; there are: {', '.join(CASES)}")
    scale = Scale(symbols, sessions, repetitions, home)
    missed = False
    for name in [case] if case else CASES:
        report = measure_case(name, scale)
        missed |= not report.met
        print(as_json(report) if json else as_text(report), flush=True)
    raise typer.Exit(missed)


if __name__ == "__main__":
    try:
        typer.run(benchmarks)
    except TechnicError as problem:
        sys.exit(f"error: {problem}")
