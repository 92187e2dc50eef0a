"""Splits and changes of ticker, and when each became known."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from technic_pipeline import faults
from technic_pipeline.errors import TooManyWithdrawals
from technic_pipeline.sources import Split
from technic_pipeline.store.binary_copy import copy_columns
from technic_pipeline.store.database import statement
from technic_pipeline.store.schema import rejected_splits

# A list that lacks more of the known splits than both is likelier cut off than right.
BELIEVABLE_WITHDRAWALS = 10
LARGEST_WITHDRAWN_SHARE = 0.1

_KNOWN = sa.text("select count(*) from splits where known_to is null and execution_date >= :since")


@dataclass(frozen=True)
class SplitsReport:
    """What a list of splits changed; `unresolved` ones are of tickers that never traded here."""

    listed: int
    unresolved: int
    added: int
    withdrawn: int
    rejected: int


def record_splits(
    engine: sa.Engine,
    listed: Sequence[Split],
    since: date = date.min,
    *,
    confirm_removals: bool = False,
) -> SplitsReport:
    """Make the splits known today those of a list that is complete from one execution date on.

    Raises:
        TooManyWithdrawals: the list lacks more of the known splits than is believable, unconfirmed.
    """
    accepted, rejected = judge_splits(listed)
    with engine.begin() as connection:
        known = connection.scalar(_KNOWN, {"since": since}) or 0
        _stage(connection, accepted)
        resolved, added, withdrawn = connection.execute(
            statement("record_splits"), {"since": since}
        ).one()
        believable = max(BELIEVABLE_WITHDRAWALS, LARGEST_WITHDRAWN_SHARE * known)
        if withdrawn > believable and not confirm_removals:
            raise TooManyWithdrawals(withdrawn, known)
        if rejected:
            rows = [asdict(split) | {"reason": reason} for split, reason in rejected.items()]
            insert = postgresql.insert(rejected_splits).on_conflict_do_nothing()
            connection.execute(insert, [{k: r[k] for k in r if k != "source_id"} for r in rows])
        faults.reach("before-commit-splits")
    faults.reach("after-commit-splits")
    return SplitsReport(len(listed), len(accepted) - resolved, added, withdrawn, len(rejected))


def judge_splits(listed: Iterable[Split]) -> tuple[list[Split], dict[Split, str]]:
    """The distinct splits that can be used, and the others with the reason why not.

    Records of one ticker and date with equal ratios collapse to the one in the lowest terms,
    whatever their order; with different ratios none of them is used.
    """
    rejected: dict[Split, str] = {}
    of_day: defaultdict[tuple, list[Split]] = defaultdict(list)
    for split in listed:
        if _positive(split.split_from) and _positive(split.split_to):
            of_day[split.ticker, split.execution_date].append(split)
        else:
            rejected[split] = "bad_ratio"
    accepted = []
    for splits in of_day.values():
        if len({split.split_from / split.split_to for split in splits}) == 1:
            accepted.append(min(splits, key=_terms))
        else:
            rejected.update(dict.fromkeys(splits, "conflicting_ratios"))
    return accepted, rejected


def _terms(split: Split) -> tuple[float, str]:
    return split.split_from, split.source_id or ""


def _positive(number: float) -> bool:
    return math.isfinite(number) and number > 0.0


def _stage(connection: sa.Connection, splits: Sequence[Split]) -> None:
    connection.execute(statement("stage_splits"))
    copy_columns(
        connection,
        "staged_splits",
        {
            "ticker": pa.array([s.ticker for s in splits], pa.string()),
            "execution_date": np.array([s.execution_date for s in splits], "datetime64[D]"),
            "split_from": np.array([s.split_from for s in splits], dtype=np.float64),
            "split_to": np.array([s.split_to for s in splits], dtype=np.float64),
            "source_id": pa.array([s.source_id for s in splits], pa.string()),
        },
    )
