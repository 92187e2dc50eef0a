"""One trial: a run that is harmed, a look at what it left, the next run, and what is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from technic_pipeline.faults import VARIABLE
from technic_pipeline.services import postgres
from technic_pipeline.services.home import find_home
from tests.faults.contents import differences, partial, read_contents
from tests.faults.deeds import kill_postgres
from tests.faults.ground import Ground, Start
from tests.faults.runs import Ended, Running, start_cold
from tests.faults.trials import KILLED, WENT_ON, Trial


@dataclass(frozen=True)
class Outcome:
    """How the harmed run ended, what was there in part before the next, what differed after it."""

    trial: Trial
    ended: Ended
    partial: dict[str, int]
    after: list[Ended]
    differing: dict[str, list[str]] = field(default_factory=dict)

    @property
    def in_part(self) -> int:
        """Sessions, bars, rows and scans that were not whole."""
        return sum(self.partial.values())

    @property
    def different(self) -> int:
        """Rows that were not those of undisturbed runs; one with another value counts twice."""
        return sum(map(len, self.differing.values()))

    @property
    def faults(self) -> list[str]:
        """What should not have been, nothing if all is well."""
        found = []
        if self.ended.status not in self.trial.may_end or self.ended.unforeseen:
            found.append(f"it ended otherwise: {self.ended}")
        found += [f"{count} {what} are not whole" for what, count in self.partial.items() if count]
        found += [f"a run after it: {e}" for e in self.after if e.status != 0 or e.unforeseen]
        return found + _told(self.differing)


def try_out(ground: Ground, trial: Trial, *, evening_after: bool = True) -> Outcome:
    """Do it. With `evening_after` the evening that follows must come out the same, too."""
    ground.start_from(trial.start)
    evening = trial.start.evening
    ended = _harmed_run(ground, trial)
    if trial.mend is not None:
        trial.mend(ground)
    there_in_part = _look(ground)
    after, differing = [], {}
    for day in (evening, ground.following(evening))[: 2 if evening_after else 1]:
        after.append(_start(ground, trial, ground.settings(day)).ended())
        found = differences(read_contents(ground.endpoints.database_url), ground.expected[day])
        differing |= {f"{table} of {day}": rows for table, rows in found.items()}
    return Outcome(trial, ended, there_in_part, after, differing)


def kill_in_a_row(ground: Ground, start: Start, points: Sequence[str]) -> list[str]:
    """One run after the other dies, each at the next point; what is wrong when one is let live."""
    ground.start_from(start)
    settings = ground.settings(start.evening)
    found = []
    for point in points:
        ended = ground.warm.start(settings | {VARIABLE: point}, "run").ended()
        if ended.status != KILLED:
            found.append(f"{point}: {ended}")
        found += [f"{point}: {n} {what} are not whole" for what, n in _look(ground).items() if n]
    ended = ground.warm.start(settings, "run").ended()
    if ended.status != WENT_ON:
        found.append(f"the run that was let live: {ended}")
    there = read_contents(ground.endpoints.database_url)
    return found + _told(differences(there, ground.expected[start.evening]))


def _told(differing: dict[str, list[str]]) -> list[str]:
    return [f"{len(rows)} rows of {table} differ: {rows[0]}" for table, rows in differing.items()]


def _harmed_run(ground: Ground, trial: Trial) -> Ended:
    if trial.deed is not None and trial.point is None:
        trial.deed(ground)
    asked = f"{trial.point or ''}{'@stop' if trial.deed and trial.point else ''}"
    settings = ground.settings(trial.start.evening) | {VARIABLE: asked}
    running = _start(ground, trial, settings)
    if trial.deed is not None and trial.point is not None:
        if running.stopped():
            trial.deed(ground)
            running.go_on()
        else:
            ended = running.ended()
            return replace(ended, status=None, said=(*ended.said, "the point was not reached"))
    return running.ended()


def _start(ground: Ground, trial: Trial, settings: dict[str, str]) -> Running:
    if trial.foreign:
        settings = settings | {
            "TECHNIC_DATABASE_URL": ground.endpoints.database_url,
            "TECHNIC_REDIS_URL": ground.endpoints.redis_url,
        }
    if trial.cold:
        return start_cold(ground.folder, settings, "run")
    return ground.warm.start(settings, "run")


def _look(ground: Ground) -> dict[str, int]:
    """What is there in part; a PostgreSQL that is down is started for it and killed again."""
    down = postgres.find(find_home(ground.home)) is None
    ground.ensure_postgres()
    found = partial(ground.endpoints.database_url)
    if down:
        # The next run is to start it by itself.
        kill_postgres(ground)
    return found
