"""The command: try the faults, print the table of them, and exit with 1 when anything was lost."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from technic_pipeline.errors import BadOption, TechnicError
from tests.faults.ground import prepared_ground
from tests.faults.reporting import heading, line, summary
from tests.faults.trials import all_trials
from tests.faults.trying import Outcome, try_out


def faults(
    words: Annotated[
        str, typer.Argument(help="A part of the names of those that are tried; all without it.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="The trials' names.")] = False,
) -> None:
    """Harm a run in every way, let the next one be, and compare with undisturbed ones."""
    chosen = [trial for trial in all_trials() if words in trial.name]
    if not chosen:
        raise BadOption(f"no trial has '{words}' in its name; --list names them all")
    if listed:
        print("\n".join(trial.name for trial in chosen))
        return
    outcomes: list[Outcome] = []
    with prepared_ground() as ground:
        print(heading(), flush=True)
        for trial in chosen:
            outcomes.append(try_out(ground, trial))
            print(line(outcomes[-1]), flush=True)
    print(f"\n{summary(outcomes)}")
    raise typer.Exit(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    try:
        typer.run(faults)
    except TechnicError as problem:
        sys.exit(f"error: {problem}")
