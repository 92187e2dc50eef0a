"""Whether a session's bars look like a market's, judged before anything is made of them.

The bounds are wide: over 451 real sessions the fewest rows were 0.83 of the usual, the largest
share of the session before that did not trade 0.17, and the largest that repeated it to the last
digit 0.02. What lies beyond them is likelier a truncated or repeated payload than a market.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from technic_pipeline.sessions import Calendar
from technic_pipeline.store.packed_columns import read_packed
from technic_pipeline.store.values import array_text, days

FEWEST_OF_USUAL, MOST_OF_USUAL = 0.75, 1.5
LARGEST_REJECTED = 0.05
LARGEST_REPEATED = 0.25
LARGEST_ABSENT = 0.25
# With fewer sessions before it nobody can say what is usual.
SESSIONS_FOR_USUAL = 5


@dataclass(frozen=True)
class SessionFacts:
    """Counts of one session's newest batch and of the stored bars of it and the session before.

    `usual` is the median number of accepted rows of up to 20 sessions before, of which there are
    `known`; of the `before` bars of the session before, `absent` have no bar in this one, and
    `repeated` have one of the same open, high, low, close and volume.
    """

    session: date
    accepted: int
    rejected: int
    usual: float
    known: int
    before: int
    absent: int
    repeated: int


def usual_number_of_rows(facts: SessionFacts) -> str | None:
    """Neither far fewer bars than in the sessions before, nor far more."""
    if facts.known < SESSIONS_FOR_USUAL:
        return None
    share = facts.accepted / facts.usual
    if FEWEST_OF_USUAL <= share <= MOST_OF_USUAL:
        return None
    return f"{facts.accepted} bars, {share:.0%} of the usual {facts.usual:.0f}"


def few_rejected_rows(facts: SessionFacts) -> str | None:
    """Only a small share of the rows was no bar."""
    return _too_large(
        facts.rejected, facts.accepted + facts.rejected, LARGEST_REJECTED, "rows were rejected"
    )


def unlike_the_session_before(facts: SessionFacts) -> str | None:
    """The bars are not those of the session before once more."""
    return _too_large(
        facts.repeated, facts.before, LARGEST_REPEATED, "bars repeat the session before exactly"
    )


def same_symbols_as_before(facts: SessionFacts) -> str | None:
    """Nearly all symbols that traded in the session before have a bar."""
    return _too_large(
        facts.absent, facts.before, LARGEST_ABSENT, "symbols of the session before have no bar"
    )


RULES: Mapping[str, Callable[[SessionFacts], str | None]] = {
    rule.__name__: rule
    for rule in (
        usual_number_of_rows,
        few_rejected_rows,
        unlike_the_session_before,
        same_symbols_as_before,
    )
}


def read_facts(url: str, sessions: Sequence[date], calendar: Calendar) -> list[SessionFacts]:
    """The facts of some sessions that were ingested, oldest first."""
    before = [calendar.before(session, 1) for session in sessions]
    listed = [array_text(days(sessions)), array_text(days(before))]
    return [SessionFacts(**row) for row in read_packed(url, "session_facts", listed).to_pylist()]


def problems(facts: Sequence[SessionFacts]) -> dict[str, list[str]]:
    """For each rule what it finds wrong, a sentence a session."""
    return {
        name: [f"{each.session}: {problem}" for each in facts if (problem := rule(each))]
        for name, rule in RULES.items()
    }


def _too_large(part: int, whole: int, largest: float, what: str) -> str | None:
    share = part / whole if whole else 0.0
    return f"{part} of {whole} ({share:.0%}) {what}" if share > largest else None
