"""The table of what was tried: a line a trial while they go on, then one for each kind."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.trials import Trial
from tests.faults.trying import Outcome

WIDTHS = (31, 37, 44, 7, 6)
HEADINGS = ("fault", "where", "what happened", "in part", "differ", "lost")
NOTHING = "nothing"


def heading() -> str:
    """The names of a line's columns, and rules under them."""
    return "\n".join([_line(HEADINGS), _line([*("-" * width for width in WIDTHS), "-" * 7])])


def line(outcome: Outcome) -> str:
    """What was tried, what happened, what was not whole then, and what differed in the end."""
    happened = outcome.ended.in_words
    shown = happened if len(happened) <= WIDTHS[2] else f"{happened[: WIDTHS[2] - 1]}…"
    lost = "; ".join(outcome.faults) or NOTHING
    trial = outcome.trial
    return _line([trial.fault, trial.where, shown, outcome.in_part, outcome.different, lost])


def summary(outcomes: Sequence[Outcome]) -> str:
    """The same, one line for all trials of a kind, as a table of Markdown."""
    rows = [
        "| fault | tried | what happened | in part | differ | lost |",
        "|---|---|---|---|---|---|",
    ]
    kinds = dict.fromkeys(kind_of(outcome.trial) for outcome in outcomes)
    for kind in kinds:
        of_kind = [outcome for outcome in outcomes if kind_of(outcome.trial) == kind]
        faults = [fault for outcome in of_kind for fault in outcome.faults]
        cells = [
            kind,
            len(of_kind),
            ", ".join(dict.fromkeys(map(_in_short, of_kind))),
            sum(outcome.in_part for outcome in of_kind),
            sum(outcome.different for outcome in of_kind),
            f"{len(faults)} faults" if faults else NOTHING,
        ]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def kind_of(trial: Trial) -> str:
    """The fault and the run that it is done to."""
    return f"{trial.fault}, {trial.start.name}"


def _in_short(outcome: Outcome) -> str:
    happened = outcome.ended.in_words
    return "one line of error" if happened.startswith("error: ") else happened


def _line(cells: Sequence[object]) -> str:
    *padded, last = map(str, cells)
    return "  ".join([*(c.ljust(w) for c, w in zip(padded, WIDTHS, strict=True)), last])
