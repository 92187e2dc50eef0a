"""What a database holds at the end, against what the market's sources told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import psycopg

from technic_pipeline.rebuilt_bars import merged
from technic_pipeline.store.database import engine_for, read_arrow
from technic_pipeline.verification import choose_symbols, verify_symbols
from tests.endurance.market import CALENDAR, scans, source_of

# Of a table that every evening rewrites half may be room for the next; an index takes its share.
MOST_BLOAT = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and whether it is as it should be."""

    what: str
    found: str
    wanted: str
    good: bool


def audit(url: str, days: Sequence[date]) -> list[Finding]:
    """Everything that is counted or compared."""
    return [_bars(url, days), *_counts(url, days), _indicators(url), *_bloat(url)]


def _bars(url: str, days: Sequence[date]) -> Finding:
    """Every session's bars as the last evening that told of them did, in every bit."""
    other = 0
    for day in days:
        told = [source_of(day).bars(day)]
        if day < days[-1]:
            told.append(source_of(CALENDAR.before(day, -1)).bars(day))
        expected = merged(told)
        stored = read_arrow(url, "read_stored_session", [day]).to_pandas().set_index("ticker")
        same = len(stored) == len(expected) and np.array_equal(
            stored.loc[expected.index, expected.columns].to_numpy(np.float64),
            expected.to_numpy(np.float64),
            equal_nan=True,
        )
        other += not same
    return Finding("sessions with other bars than the sources told", str(other), "0", other == 0)


def _counts(url: str, days: Sequence[date]) -> list[Finding]:
    published = len(days) * len(scans())
    wanted = {
        "bars without a row of indicators, or rows without a bar": (_UNFOLLOWED, 0),
        "pending changes": ("select count(*) from pending_changes", 0),
        "scans of sessions that are published": (_PUBLISHED, published),
        "scans whose rows are not as many as they say": (_PARTIAL, 0),
        # The first evening reads the session before again, too.
        "sessions with bars": ("select count(distinct session) from daily_bars", len(days) + 1),
    }
    with psycopg.connect(url) as connection:
        found = {what: _number(connection, query) for what, (query, _) in wanted.items()}
    return [
        Finding(what, str(found[what]), str(number), found[what] == number)
        for what, (_, number) in wanted.items()
    ]


def _indicators(url: str) -> Finding:
    found = verify_symbols(url, choose_symbols(engine_for(url), [], None), CALENDAR)
    what = f"of {found.rows} rows recomputed, those that differ, are missing or too many"
    good = found.faults == 0 and found.pending == 0 and found.other_builds == 0
    return Finding(what, str(found.faults), "0", good)


def _bloat(url: str) -> list[Finding]:
    """How much larger tables and indexes are than when they are written anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        before = _number(connection, _SIZE)
        connection.execute("vacuum full")
        after = _number(connection, _SIZE)
    ratio = before / after
    what = f"size of tables and indexes, {before >> 20} MB, over that when written anew"
    return [Finding(what, f"{ratio:.2f}", f"at most {MOST_BLOAT:g}", ratio <= MOST_BLOAT)]


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


_UNFOLLOWED = (
    "select count(*) from daily_bars b full join indicators i using (symbol_id, session)"
    " where b.symbol_id is null or i.symbol_id is null"
)
_PUBLISHED = "select count(*) from (select distinct scan, session from scan_runs) newest"
_PARTIAL = (
    "select count(*) from scan_runs r where ranked <> (select count(*) from scan_results t"
    " where t.session = r.session and t.scan_run_id = r.scan_run_id)"
    " or population <> ranked + (select count(*) from scan_exclusions x"
    " where x.scan_run_id = r.scan_run_id)"
)
_SIZE = (
    "select sum(pg_total_relation_size(c.oid)) from pg_class c"
    " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
)
