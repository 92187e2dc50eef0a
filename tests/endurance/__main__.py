"""The command: years of evenings with faults by chance, and a table of what was found."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.endurance.enduring import days_of, endure

SAID_EVERY = 100


def endurance(
    sessions: Annotated[int, typer.Option(min=20, help="How many evenings.")] = 2_000,
    share: Annotated[float, typer.Option(min=0.0, max=1.0, help="Of them with a fault.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Of the faults' chance.")] = 1,
) -> None:
    """Work sessions one by one; exit with 1 when anything is not as it should be."""
    console = Console()
    first, last = days_of(sessions)
    console.print(f"{sessions} sessions, {first} to {last}", highlight=False)

    def told(number: int) -> None:
        if number % SAID_EVERY == 0:
            console.print(f"{number} sessions done", highlight=False)

    endured = endure(sessions, share, seed, told)
    faults = Table("fault", "ended", "times", box=None, header_style="bold")
    for (kind, ended), times in sorted(endured.faults.items()):
        faults.add_row(kind, ended, str(times))
    console.print(faults)
    console.print(f"an evening took {endured.seconds:.2f} s", highlight=False)
    findings = Table("looked at", "found", "wanted", box=None, header_style="bold")
    for finding in endured.findings:
        style = None if finding.good else "red"
        findings.add_row(finding.what, finding.found, finding.wanted, style=style)
    console.print(findings)
    raise typer.Exit(bool(endured.lost))


if __name__ == "__main__":
    typer.run(endurance)
